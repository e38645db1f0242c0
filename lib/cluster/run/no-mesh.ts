/**
 * Labels and annotations that keep service meshes away from the run's pods: what is tested is the clusters' own network, and a mesh's
 * proxy would answer in its place.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 * @see https://linkerd.io/2/features/proxy-injection/
 */
export const noMesh = {
  namespace: { "istio-injection": "disabled", "istio.io/dataplane-mode": "none" },
  podLabels: { "sidecar.istio.io/inject": "false", "kuma.io/sidecar-injection": "disabled" },
  podAnnotations: {
    "sidecar.istio.io/inject": "false",
    "linkerd.io/inject": "disabled",
    "kuma.io/sidecar-injection": "disabled",
  },
} as const;
