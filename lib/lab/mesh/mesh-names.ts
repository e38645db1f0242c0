/** Who writes EndpointSlices for backends of other clusters. */
export const meshSliceManager = "endpointslice-mesh-controller.cilium.io";

/** Who writes EndpointSlices of a derived Service for its own cluster's backends. */
export const mirrorSliceManager = "endpointslice-local-mcsapi-controller.cilium.io";

export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
export const serviceNameLabel = "kubernetes.io/service-name";

/** The label that tells which cluster an EndpointSlice speaks of. */
export const sourceClusterLabel = "multicluster.kubernetes.io/source-cluster";

/** The label that tells which imported Service a derived one, or its EndpointSlice, belongs to. */
export const importNameLabel = "multicluster.kubernetes.io/service-name";

/** The annotation of a ServiceImport that names its derived Service. */
export const derivedServiceAnnotation = "multicluster.kubernetes.io/derived-service";

export const exportResource = "serviceexports.multicluster.x-k8s.io";
export const importResource = "serviceimports.multicluster.x-k8s.io";
export const sliceResource = "endpointslices.discovery.k8s.io";

/** Where a cluster keeps, by cluster, how it reaches the others of its mesh. */
export const linkSecret = { namespace: "kube-system", name: "cilium-clustermesh" };
