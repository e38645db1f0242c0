import { expect, test } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { effectiveConfiguration } from "./config/effective-configuration.ts";
import { runOptions } from "./effective-options.ts";
import { parseCommandLine } from "./options.ts";
import type { RunOptions } from "./run-options.ts";

test("without options it is the embedded lab, with every default", () => {
  expect(options()).toMatchInlineSnapshot(`
    {
      "color": true,
      "contexts": [],
      "dryRun": false,
      "failOn": [
        "regressed",
        "uncovered",
      ],
      "image": "docker.io/library/node:24-alpine",
      "keep": false,
      "list": false,
      "maxNodes": 16,
      "namespacePrefix": "meshgate",
      "nodeSelector": {},
      "reportDir": "reports",
      "required": [],
      "settings": {
        "disruptive": false,
        "expectations": [],
        "failOverLimitMs": 30000,
        "hostNetwork": false,
        "loadBalancerLimitMs": 60000,
        "ports": [
          {
            "at": "api-server",
            "expect": "authenticated",
            "name": "api-server",
            "port": 443,
          },
          {
            "at": "every-node",
            "expect": "authenticated",
            "name": "kubelet",
            "port": 10250,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "controller-manager",
            "port": 10257,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "scheduler",
            "port": 10259,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "etcd-clients",
            "port": 2379,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "etcd-peers",
            "port": 2380,
          },
        ],
        "roundTripLimitMs": 200,
      },
      "settleMs": 30000,
      "suites": [],
      "timeoutMs": 900000,
      "tolerations": [],
    }
  `);
});

test("every option, in both ways of writing a value", () => {
  const all = options(
    ...[
      "--context athens --multi-cluster=hurup --kubeconfig k.yaml --suite services --list --dry-run --image node:24",
      "--image-pull-secret default/pull --namespace-prefix nightly-mesh --node-selector disk=ssd,zone=",
      "--toleration dedicated --max-nodes 3 --timeout 1m30s --settle 500ms --keep --report-dir out --no-color",
    ]
      .join(" ")
      .split(" "),
  );
  expect(all).toMatchInlineSnapshot(`
    {
      "color": false,
      "contexts": [
        "athens",
        "hurup",
      ],
      "dryRun": true,
      "failOn": [
        "regressed",
        "uncovered",
      ],
      "image": "node:24",
      "imagePullSecret": "default/pull",
      "keep": true,
      "kubeconfig": "k.yaml",
      "list": true,
      "maxNodes": 3,
      "namespacePrefix": "nightly-mesh",
      "nodeSelector": {
        "disk": "ssd",
        "zone": "",
      },
      "reportDir": "out",
      "required": [],
      "settings": {
        "disruptive": false,
        "expectations": [],
        "failOverLimitMs": 30000,
        "hostNetwork": false,
        "loadBalancerLimitMs": 60000,
        "ports": [
          {
            "at": "api-server",
            "expect": "authenticated",
            "name": "api-server",
            "port": 443,
          },
          {
            "at": "every-node",
            "expect": "authenticated",
            "name": "kubelet",
            "port": 10250,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "controller-manager",
            "port": 10257,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "scheduler",
            "port": 10259,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "etcd-clients",
            "port": 2379,
          },
          {
            "at": "control-plane",
            "expect": "silent",
            "name": "etcd-peers",
            "port": 2380,
          },
        ],
        "roundTripLimitMs": 200,
      },
      "settleMs": 500,
      "suites": [
        "services",
      ],
      "timeoutMs": 90000,
      "tolerations": [
        {
          "key": "dedicated",
          "operator": "Exists",
        },
      ],
    }
  `);
});

test("only what was given stands against the configuration file, also where it is the default", () => {
  expect(parseCommandLine([])).toEqual({
    options: { given: {}, printConfig: false, flags: { list: false, dryRun: false, keep: false, color: true } },
  });
  const args = "--timeout 15m --max-nodes 16 --print-config --config mesh.yaml --host-network --settle 1500ms".split(
    " ",
  );
  expect(parseCommandLine(args)).toMatchObject({
    options: {
      given: { timeout: "15m", maxNodes: 16, hostNetwork: true, thresholds: { settle: "1s500ms" } },
      config: "mesh.yaml",
      printConfig: true,
    },
  });
});

test("clusters come in the order in which they are named, the first ones first", () => {
  const { contexts } = options("--multi-cluster", "c, d", "--context", "a", "--multi-cluster", "e", "--context", "b");
  expect(contexts).toEqual(["a", "b", "c", "d", "e"]);
});

test.each(["kubernetes-admin@kubernetes", "arn:aws:eks:eu-west-1:1:cluster/x", "gke_p_z_c", "my cluster", "ærø", "-"])(
  "the context name %s is taken as it is",
  (name) => {
    expect(options("--context", name, "--multi-cluster", `other,${name}`).contexts).toEqual([name, "other", name]);
  },
);

test("suites and tolerations are repeatable", () => {
  expect(options("--suite", "services", "--suite", "service-dns").suites).toEqual(["services", "service-dns"]);
  const taints = ["mesh", "mesh=", "mesh=yes", "mesh:NoExecute", "example.org/mesh=a.b:PreferNoSchedule"];
  expect(options(...taints.flatMap((taint) => ["--toleration", taint])).tolerations).toEqual([
    { key: "mesh", operator: "Exists" },
    { key: "mesh", operator: "Equal", value: "" },
    { key: "mesh", operator: "Equal", value: "yes" },
    { key: "mesh", operator: "Exists", effect: "NoExecute" },
    { key: "example.org/mesh", operator: "Equal", value: "a.b", effect: "PreferNoSchedule" },
  ]);
});

test("labels of several node selectors are joined", () => {
  const { nodeSelector } = options("--node-selector", "disk=ssd,zone=a", "--node-selector", "zone=b");
  expect(nodeSelector).toEqual({ disk: "ssd", zone: "b" });
});

test("further clusters need a first one", () => {
  expect(refusal("--multi-cluster", "hurup")).toMatchInlineSnapshot(`
    "--multi-cluster names further clusters, but --context names no first one
    Add it: npm test -- --context hurup"
  `);
  expect(refusal("--multi-cluster", "my cluster,skagen", "--multi-cluster", "a b")).toMatchInlineSnapshot(`
    "--multi-cluster names further clusters, but --context names no first one
    Add it: npm test -- --context 'my cluster' --multi-cluster 'skagen,a b'"
  `);
});

test("an unknown option is answered with the closest one", () => {
  expect(refusal("--contxt", "athens")).toMatchInlineSnapshot(`
    "unknown option '--contxt'
    Did you mean --context?
    All options: npm test -- --help"
  `);
  expect(refusal("--time-out=5s")).toMatchInlineSnapshot(`
    "unknown option '--time-out=5s'
    Did you mean --timeout?
    All options: npm test -- --help"
  `);
  expect(refusal("--verbose")).toMatchInlineSnapshot(`
    "unknown option '--verbose'
    All options: npm test -- --help"
  `);
  expect(refusal("-c", "athens")).toMatchInlineSnapshot(`
    "unknown option '-c'
    All options: npm test -- --help"
  `);
});

test("what is no option is refused", () => {
  expect(refusal("athens")).toMatchInlineSnapshot(`
    "athens belongs to no option
    Several names go into one value, separated by commas; a name with blanks goes into quotes.
    All options: npm test -- --help"
  `);
  expect(refusal("--context", "athens", "hurup", "skagen")).toMatchInlineSnapshot(`
    "hurup skagen belongs to no option
    Several names go into one value, separated by commas; a name with blanks goes into quotes.
    All options: npm test -- --help"
  `);
});

test("options without their value", () => {
  expect(refusal("--context")).toMatchInlineSnapshot(`
    "option '--context <name>' argument missing
    All options: npm test -- --help"
  `);
  expect(refusal("--context", "")).toMatchInlineSnapshot(`
    "option '--context <name>' argument '' is invalid. It must not be empty.
    All options: npm test -- --help"
  `);
  expect(refusal("--context", "--list")).toMatchInlineSnapshot(`
    "option '--context <name>' argument missing
    All options: npm test -- --help"
  `);
  expect(refusal("--suite=")).toMatchInlineSnapshot(`
    "option '--suite <name>' argument '' is invalid. It must not be empty.
    All options: npm test -- --help"
  `);
  expect(refusal("--context", "athens", "--multi-cluster", "hurup,,skagen")).toMatchInlineSnapshot(`
    "option '--multi-cluster <names>' argument 'hurup,,skagen' is invalid. Names are separated by single commas.
    All options: npm test -- --help"
  `);
});

test("numbers", () => {
  expect(refusal("--max-nodes", "0")).toMatchInlineSnapshot(`
    "option '--max-nodes <n>' argument '0' is invalid. It must be a whole number above 0.
    All options: npm test -- --help"
  `);
  for (const wrong of ["-1", "1.5", "many", "", " ", "1e99", "0x10", "Infinity"])
    expect(refusal("--max-nodes", wrong)).toContain(`option '--max-nodes <n>' argument '${wrong}' is invalid`);
});

test("durations", () => {
  expect(refusal("--timeout", "5")).toMatchInlineSnapshot(`
    "--timeout is "5", which is not a duration.
    Write a number with a unit, such as 500ms, 30s, 5m or 1m30s."
  `);
  expect(refusal("--settle", "soon")).toMatchInlineSnapshot(`
    "--settle is "soon", which is not a duration.
    Write a number with a unit, such as 500ms, 30s, 5m or 1m30s."
  `);
  expect(refusal("--timeout", "0s")).toMatchInlineSnapshot(`
    "option '--timeout <duration>' argument '0s' is invalid. It must be above 0.
    All options: npm test -- --help"
  `);
  expect(refusal("--timeout", "600h")).toMatchInlineSnapshot(`
    "option '--timeout <duration>' argument '600h' is invalid. It must be less than 24 days.
    All options: npm test -- --help"
  `);
});

test("names and labels", () => {
  expect(refusal("--namespace-prefix", "Nightly")).toMatchInlineSnapshot(`
    "option '--namespace-prefix <text>' argument 'Nightly' is invalid. It must be at most 40 lower case letters, digits and dashes, as in meshgate-nightly.
    All options: npm test -- --help"
  `);
  for (const wrong of ["", "-a", "a-", "a.b", "a_b", "a".repeat(41)])
    expect(refusal("--namespace-prefix", wrong)).toContain("--namespace-prefix");
  expect(options("--namespace-prefix", "a".repeat(40)).namespacePrefix).toHaveLength(40);
  expect(refusal("--node-selector", "ssd")).toMatchInlineSnapshot(`
    "option '--node-selector <labels>' argument 'ssd' is invalid. It must read key=value, as in disktype=ssd.
    All options: npm test -- --help"
  `);
  expect(refusal("--node-selector", "disk=ssd,")).toContain("key=value");
  expect(refusal("--toleration", "=yes")).toMatchInlineSnapshot(`
    "option '--toleration <taint>' argument '=yes' is invalid. It must read key[=value][:effect], as in dedicated=mesh:NoSchedule.
    All options: npm test -- --help"
  `);
  expect(refusal("--toleration", "mesh:Sometimes")).toContain("key[=value][:effect]");
  expect(refusal("--image", "")).toMatchInlineSnapshot(`
    "option '--image <ref>' argument '' is invalid. It must not be empty.
    All options: npm test -- --help"
  `);
});

test("gates", () => {
  expect(options("--baseline", "latest", "--fail-on", "slower, new", "--known-issues=known.yaml")).toMatchObject({
    baseline: "latest",
    failOn: ["slower", "new"],
    knownIssues: "known.yaml",
  });
  expect(options("--fail-on", "none").failOn).toEqual([]);
  expect(options("--fail-on", "new", "--fail-on", "slower,new").failOn).toEqual(["new", "slower"]);
  expect(refusal("--fail-on", "regresed")).toMatchInlineSnapshot(`
    "option '--fail-on <kinds>' argument 'regresed' is invalid. It must be none, or some of regressed, uncovered, flaky, new, slower. Did you mean regressed?
    All options: npm test -- --help"
  `);
  expect(refusal("--fail-on", "regressed,none")).toMatchInlineSnapshot(`
    "option '--fail-on <kinds>' argument 'regressed,none' is invalid. It must be none, or some of regressed, uncovered, flaky, new, slower.
    All options: npm test -- --help"
  `);
  expect(refusal("--fail-on", "")).toMatchInlineSnapshot(`
    "option '--fail-on <kinds>' argument '' is invalid. Names are separated by single commas.
    All options: npm test -- --help"
  `);
  expect(refusal("--baseline", "--fail-on=new")).toMatchInlineSnapshot(`
    "option '--baseline <path>' argument missing
    All options: npm test -- --help"
  `);
  expect(refusal("--known-issues", " ")).toMatchInlineSnapshot(`
    "option '--known-issues <path>' argument ' ' is invalid. It must not be empty.
    All options: npm test -- --help"
  `);
});

test("help and version are printed, whatever else is there", () => {
  expect(parseCommandLine(["--version", "--context"])).toEqual({
    printed: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
  expect(parseCommandLine(["--help"])).toMatchInlineSnapshot(`
    {
      "printed": "Usage: npm test -- [options]

    Says whether Kubernetes clusters really talk to each other.

    Options:
      --context <name>                      kubeconfig context of a cluster to test;
                                            repeatable, the first is the first row
      --multi-cluster <names>               further contexts, separated by commas;
                                            repeatable
      --kubeconfig <path>                   kubeconfig file (default: KUBECONFIG,
                                            then ~/.kube/config)
      --config <path>                       configuration file (default:
                                            meshgate.config.yaml, which may be
                                            absent)
      --print-config                        print what options, file and defaults
                                            come to, as a configuration file; deploy
                                            nothing
      --suite <name>                        only this suite; repeatable
      --list                                print the scenarios, their claims and
                                            the features they need
      --dry-run                             print the plan with its stable ids and
                                            counts; deploy nothing
      --image <ref>                         Node.js image that the agents run on
                                            (default:
                                            "docker.io/library/node:24-alpine")
      --image-pull-secret <namespace/name>  Secret to copy into the run's namespace
                                            for pulling the image
      --namespace-prefix <text>             beginning of the name of the run's
                                            namespace (default: "meshgate")
      --node-selector <labels>              only nodes with these labels:
                                            key=value[,key=value…]
      --toleration <taint>                  tolerate key[=value][:effect];
                                            repeatable
      --max-nodes <n>                       nodes per cluster, spread over zones
                                            (default: 16)
      --timeout <duration>                  for the whole run (default: 15m)
      --settle <duration>                   how long a path may take to answer as
                                            expected (default: 30s)
      --keep                                leave what was deployed, for a look at
                                            it
      --baseline <path>                     compare with an earlier run: its
                                            results.json, its directory, or latest
                                            for the last one
      --fail-on <kinds>                     changes since the baseline that keep the
                                            run from passing, or none (default:
                                            regressed,uncovered)
      --known-issues <path>                 file of failures that are accepted until
                                            a day, by id or pattern
      --report-dir <path>                   where the reports go (default:
                                            "reports")
      --outside <where>                     from where to ask from outside; found
                                            out unless told (choices: "runner",
                                            "other-cluster", "none")
      --ingress-class <name>                the IngressClass to test; found out
                                            unless told
      --host-network                        also test from the nodes' own network;
                                            needs a namespace with privileged pods
      --disruptive                          also delete and roll out the run's own
                                            pods under traffic
      --no-color                            plain text
      --version                             output the version number
      --help                                display help for command

    Options win over the configuration file. Where neither names a context, it tests the embedded lab: two small clusters of
    Linux network namespaces on this machine.

    Exit codes: 0 passed, 1 findings, 2 options or configuration, 3 could not look, 4 passed but for
    what is required, or was covered by the baseline, and was not looked at, 5 passed but for what got
    worse than the baseline, 130 interrupted.

    Examples:
      npm test
      npm test -- --context kind-region-athens --multi-cluster kind-region-hurup
      npm test -- --context kind-region-athens --suite service-dns --dry-run

    ",
    }
  `);
});

function options(...args: string[]): RunOptions {
  const parsed = parseCommandLine(args);
  if ("printed" in parsed) throw new Error("something was printed");
  const { given, flags } = parsed.options;
  return runOptions(effectiveConfiguration({}, given), flags);
}

/** All that a user sees of wrong options. */
function refusal(...args: string[]): string {
  try {
    parseCommandLine(args);
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}
