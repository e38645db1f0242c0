/** Who writes EndpointSlices for backends of other clusters. */
export const meshSliceManager = "endpointslice-mesh-controller.cilium.io";

/** The label that tells which cluster an EndpointSlice speaks of. */
export const sourceClusterLabel = "multicluster.kubernetes.io/source-cluster";

/** Where a cluster keeps, by cluster, how it reaches the others of its mesh. */
export const linkSecret = { namespace: "kube-system", name: "cilium-clustermesh" };
