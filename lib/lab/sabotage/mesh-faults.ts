import type { Fault, PathPattern, Step } from "./fault.ts";

const [athens, hurup] = ["region-athens", "region-hurup"] as const;
/** What athens knows of hurup's Services, and the other way round. */
const ofHurup = `mesh/kind-${athens}>kind-${hurup}`;
const ofAthens = `mesh/kind-${hurup}>kind-${athens}`;

/** Settings of athens. */
const wrongSettings = {
  "cluster-id": { breaks: "two clusters of a mesh have the same id", value: "2", usual: "1" },
  "cluster-name": { breaks: "two clusters of a mesh have the same name", value: hurup, usual: athens },
  "routing-mode": { breaks: "two clusters of a mesh send packets in different ways", value: "native", usual: null },
};

/** Faults of what joins clusters. */
export const meshFaults: Fault[] = [
  {
    ...fault("mesh-services-never-shared", "a cluster tells the others nothing of its global Services"),
    steps: [view(hurup, "mesh-sharing.no-services")],
    asks: ["global-service"],
    mustRed: [
      red("global-service/every-cluster", askedIn(athens)),
      red("global-service/name", askedIn(athens)),
      red("global-service/shares", askedIn(athens)),
      red("global-service/headless", askedIn(athens)),
      red("global-service/fail-over", /no-local-backends\/kind-region-athens.*fail-over-first\/http$/),
    ],
    mustStayGreen: [
      red("global-service/configuration"),
      red("global-service/every-cluster", /^(?!.*kind-region-athens\/region-athens-worker2?\/client)/),
      red("global-service/name", askedIn(hurup)),
      red("global-service/shares", askedIn(hurup)),
    ],
    causes: [`missing ${ofHurup}`],
  },
  {
    ...fault(
      "mesh-endpoints-never-synced",
      "the others know of a cluster's global Services, and of none of its endpoints",
    ),
    steps: [view(hurup, "mesh-sharing.no-endpoints")],
    asks: ["global-service", "global-service-mcs/exported"],
    mustRed: [
      red("global-service/every-cluster", askedIn(athens)),
      red("global-service/headless", askedIn(athens)),
      red("global-service-mcs/exported", /asked\/kind-region-athens/),
    ],
    mustStayGreen: [
      red("global-service/configuration"),
      red("global-service/name", askedIn(hurup)),
      red("global-service-mcs/exported", /\/(import|export)$/),
    ],
    causes: [`missing ${ofHurup}`],
  },
  {
    ...fault("mesh-endpoint-missing", "the others know of one endpoint only of each of a cluster's global Services"),
    steps: [view(hurup, "mesh-sharing.one-endpoint")],
    asks: ["global-service"],
    mustRed: [
      red("global-service/every-cluster", /kind-region-athens\/region-athens-worker2?\/client.*http-every-backend/),
      red("global-service/headless", askedIn(athens)),
    ],
    mustStayGreen: [
      red("global-service/shared"),
      red("global-service/affinity"),
      red("global-service/fail-over"),
      red("global-service/name"),
      red("global-service/shares", askedIn(hurup)),
    ],
    causes: [`missing ${ofHurup}`],
  },
  {
    ...fault("mesh-cluster-missing", "one of three clusters has no way to another one configured"),
    topology: "three-regions",
    steps: [link("region-skagen", null)],
    asks: ["global-service"],
    mustRed: [
      red("global-service/every-cluster", /region-athens-worker2?\/client\/kind-region-skagen/),
      red("global-service/name", askedIn(athens)),
    ],
    mustStayGreen: [
      red("global-service/every-cluster", /region-athens-worker2?\/client\/kind-region-hurup/),
      red("global-service/name", askedIn(hurup)),
      red("global-service/name", askedIn("region-skagen")),
    ],
    causes: [`missing mesh/kind-${athens}>kind-region-skagen`],
  },
  {
    ...fault(
      "mesh-link-lost",
      "a cluster asks for another one's Services where nobody answers, since before they were made",
    ),
    steps: [link(hurup, "endpoints:\n- https://nowhere.mesh.cilium.io:2379\n")],
    when: "before-deployment",
    asks: ["global-service/every-cluster", "global-service/name", "global-service/shares"],
    mustRed: [red("global-service/every-cluster", askedIn(athens)), red("global-service/name", askedIn(athens))],
    mustStayGreen: [red("global-service/name", askedIn(hurup)), red("global-service/shares", askedIn(hurup))],
    causes: [`missing ${ofHurup}`],
  },
  {
    ...fault("mesh-stale", "the others go on with endpoints and exports of a cluster that are gone"),
    steps: [view(athens, "mesh-sharing.stale")],
    asks: ["global-service/fail-over", "global-service-mcs/withdrawn", "global-service/every-cluster"],
    mustRed: [
      red("global-service/fail-over", /no-local-backends\/kind-region-hurup.*fail-over-first-any/),
      red("global-service-mcs/withdrawn", /withdrawn-by-one\/kind-region-hurup.*import/),
    ],
    mustStayGreen: [red("global-service/every-cluster"), red("global-service/fail-over", /\/local-backends\//)],
    causes: [`stale ${ofAthens}`],
  },
  {
    ...fault("mesh-unshared-leaks", "the others use backends that a cluster does not share"),
    steps: [view(hurup, "mesh-sharing.everything-shared")],
    asks: ["global-service"],
    mustRed: [
      red("global-service/shared", /kind-region-athens.*global-others-unshared/),
      red("global-service/shared", /kind-region-athens.*global-none-shared/),
    ],
    mustStayGreen: [
      red("global-service/every-cluster"),
      red("global-service/shares"),
      red("global-service/affinity"),
      red("global-service/one-sided"),
      red("global-service/shared", askedIn(hurup)),
    ],
    causes: [`open ${ofHurup}`, `wrong ${ofHurup}`],
  },
  {
    ...fault("mesh-one-sided-leaks", "a Service that is not global in a cluster is joined with those of the others"),
    steps: [view(hurup, "mesh-services.all-global")],
    asks: ["global-service"],
    mustRed: [red("global-service/one-sided", /kind-region-hurup.*global-first-only/)],
    mustStayGreen: [
      red("global-service/every-cluster"),
      red("global-service/shares"),
      red("global-service/affinity"),
      red("global-service/shared"),
      red("global-service/one-sided", askedIn(athens)),
    ],
    causes: [`open ${ofAthens}`, `wrong ${ofAthens}`],
  },
  {
    ...fault("mesh-affinity-ignored", "a cluster chooses among all backends, whatever a Service prefers"),
    steps: [view(athens, "mesh-services.no-affinity")],
    asks: ["global-service"],
    mustRed: [
      red("global-service/affinity", /kind-region-athens.*global-affinity-local/),
      red("global-service/affinity", /kind-region-athens.*global-affinity-remote/),
      red("global-service/affinity-with-slices", /kind-region-athens.*global-local-slices/),
    ],
    mustStayGreen: [
      red("global-service/every-cluster"),
      red("global-service/shares"),
      red("global-service/shared"),
      red("global-service/affinity", askedIn(hurup)),
    ],
    causes: [`wrong ${ofHurup}`, `open ${ofHurup}`, `wrong mesh/kind-${athens}`],
  },
  {
    ...fault(
      "mesh-fail-over-never",
      "a Service that prefers its own cluster's backends is answered by nobody when they are gone",
    ),
    steps: [view(athens, "mesh-services.no-fail-over")],
    asks: ["global-service"],
    mustRed: [red("global-service/fail-over", /no-local-backends\/kind-region-athens.*fail-over-first\/http$/)],
    mustStayGreen: [
      red("global-service/every-cluster"),
      red("global-service/shares"),
      red("global-service/shared"),
      red("global-service/affinity"),
      red("global-service/fail-over", /\/local-backends\//),
      red("global-service/fail-over", askedIn(hurup)),
    ],
    causes: [`missing ${ofHurup}`, `wrong ${ofHurup}`],
  },
  {
    ...fault("mesh-slices-missing", "a cluster keeps no endpoint slices of the others' endpoints"),
    steps: [view(athens, "mesh-slices.none")],
    asks: ["global-service"],
    mustRed: [red("global-service/headless", askedIn(athens))],
    mustStayGreen: [
      red("global-service/every-cluster"),
      red("global-service/name"),
      red("global-service/affinity-with-slices"),
      red("global-service/headless", askedIn(hurup)),
    ],
    causes: [`missing ${ofHurup}`, `missing mesh/kind-${athens}`],
  },
  ...(["cluster-id", "cluster-name", "routing-mode"] as const).map((setting) => configured(setting)),
  {
    ...fault("mesh-exports-never-told", "the others hear nothing of what a cluster exports"),
    steps: [view(hurup, "mesh-sharing.no-exports")],
    asks: ["global-service-mcs", "global-service/every-cluster"],
    mustRed: [
      red("global-service-mcs/exported", /exported\/kind-region-athens.*import/),
      red("global-service-mcs/conflict", /kind-region-athens.*type-conflict/),
      red("global-service-mcs/withdrawn", /exported\/kind-region-athens.*import/),
    ],
    mustStayGreen: [
      red("global-service/every-cluster"),
      red("global-service-mcs/exported", /exported\/kind-region-hurup.*import/),
    ],
    causes: [`missing ${ofHurup}`],
  },
  {
    ...fault("mesh-conflict-untold", "exports are not told that those of other clusters disagree"),
    steps: [view(athens, "mesh-imports.agreeing")],
    asks: ["global-service-mcs"],
    mustRed: [red("global-service-mcs/conflict", /kind-region-athens.*(port|type)-conflict/)],
    mustStayGreen: [
      red("global-service-mcs/exported"),
      red("global-service-mcs/name"),
      red("global-service-mcs/withdrawn"),
      red("global-service-mcs/conflict", /conflict\/kind-region-hurup/),
    ],
    causes: [`wrong mesh/kind-${athens}`, `wrong ${ofHurup}`, `wrong claim/global-service-mcs/conflict/kind-${athens}`],
  },
  {
    ...fault("mesh-import-stays", "the import of a Service stays when its last export is taken back"),
    steps: [view(athens, "mesh-imports.stale")],
    asks: ["global-service-mcs"],
    mustRed: [
      red("global-service-mcs/withdrawn", /withdrawn-by-all\/kind-region-athens.*import/),
      red("global-service-mcs/withdrawn-name", /withdrawn\/kind-region-athens/),
    ],
    mustStayGreen: [
      red("global-service-mcs/exported"),
      red("global-service-mcs/name"),
      red("global-service-mcs/withdrawn", /withdrawn\/(exported|asked)/),
      red("global-service-mcs/withdrawn-name", askedIn(hurup)),
    ],
    causes: [`stale mesh/kind-${athens}`, `stale ${ofHurup}`],
  },
  {
    ...fault("mesh-names-unknown", "names of imported Services are not answered"),
    steps: [view(athens, "dns.no-imports")],
    asks: ["global-service-mcs", "service-dns/name-forms"],
    mustRed: [
      red("global-service-mcs/name", askedIn(athens)),
      red("global-service-mcs/withdrawn-name", askedIn(athens)),
    ],
    mustStayGreen: [
      red("global-service-mcs/exported"),
      red("global-service-mcs/withdrawn"),
      red("global-service-mcs/conflict"),
      red("global-service-mcs/name", askedIn(hurup)),
      red("service-dns/name-forms"),
    ],
    causes: [`missing dns/kind-${athens}`, `missing mesh/kind-${athens}`],
  },
  {
    ...fault("mesh-names-stay", "names of imported Services are answered when these are gone"),
    steps: [view(athens, "dns.stale-imports")],
    asks: ["global-service-mcs"],
    mustRed: [red("global-service-mcs/withdrawn-name", /withdrawn\/kind-region-athens/)],
    mustStayGreen: [
      red("global-service-mcs/exported"),
      red("global-service-mcs/withdrawn"),
      red("global-service-mcs/conflict"),
      red("global-service-mcs/name"),
    ],
    causes: [`stale dns/kind-${athens}`, `stale mesh/kind-${athens}`],
  },
];

function fault(id: string, breaks: string): Pick<Fault, "id" | "breaks" | "topology"> {
  return { id, breaks, topology: "two-regions" };
}

function red(scenario: string, id?: RegExp): PathPattern {
  return { scenario, ...(id && { id }) };
}

/** Paths of this cluster's clients to its own Services, and to what others have behind them. */
function askedIn(cluster: string): RegExp {
  return new RegExp(`/kind-${cluster}/[^/]+/client/`);
}

function view(cluster: string, name: string): Step {
  return { kind: "view", cluster, view: name };
}

/** What athens' Secret says about the way to another cluster. */
function link(to: string, entry: string | null): Step {
  const usual = `endpoints:\n- https://${to}.mesh.cilium.io:2379\n`;
  const data = (text: string | null) => ({
    data: { [to]: text === null ? null : Buffer.from(text).toString("base64") },
  });
  const secret = { resource: "v1/secrets", namespace: "kube-system", name: "cilium-clustermesh" };
  return { kind: "object", cluster: athens, ...secret, make: data(entry), undo: data(usual) };
}

function configured(setting: keyof typeof wrongSettings): Fault {
  const { breaks, value, usual } = wrongSettings[setting];
  return {
    ...fault(`mesh-${setting}-wrong`, breaks),
    steps: [
      {
        kind: "object",
        cluster: athens,
        resource: "v1/configmaps",
        namespace: "kube-system",
        name: "cilium-config",
        make: { data: { [setting]: value } },
        undo: { data: { [setting]: usual } },
      },
    ],
    asks: ["global-service/configuration", "global-service/every-cluster"],
    mustRed: [red("global-service/configuration", new RegExp(`/kind-${athens}/.*${setting}`))],
    mustStayGreen: [red("global-service/every-cluster")],
    causes: [
      `wrong claim/global-service/configuration/kind-${athens}`,
      `wrong claim/global-service/configuration/kind-${hurup}`,
      `wrong mesh/kind-${athens}`,
      `wrong ${ofHurup}`,
    ],
  };
}
