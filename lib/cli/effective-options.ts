import { parseDuration } from "../base/duration.ts";
import { defaultSettings } from "../scenario/settings.ts";
import type { EffectiveConfiguration } from "./config/effective-configuration.ts";
import { namedContexts } from "./config/context-names.ts";
import { expectedPairs } from "./config/expected-pairs.ts";
import type { RunOptions } from "./run-options.ts";

/** What only a command line says. */
export type Flags = Pick<RunOptions, "list" | "dryRun" | "keep" | "color">;

/** Turns a configuration into the options of a run. */
export function runOptions(configuration: EffectiveConfiguration, flags: Flags): RunOptions {
  const { expectations, ports, thresholds, hostNetwork, disruptive, ingressClass, ...others } = configuration;
  const { timeout, tolerations, image, registry, ...rest } = others;
  const contexts = namedContexts(configuration).map(({ context }) => context);
  return {
    ...rest,
    ...flags,
    contexts,
    image: mirrored(image, registry),
    tolerations: tolerations.map((toleration) => ({ ...toleration, operator: toleration.operator ?? "Equal" })),
    settings: {
      ...defaultSettings,
      hostNetwork,
      disruptive,
      ...(ingressClass === undefined ? {} : { ingressClass }),
      loadBalancerLimitMs: parseDuration(thresholds.loadBalancer, "thresholds.loadBalancer"),
      failOverLimitMs: parseDuration(thresholds.failOver, "thresholds.failOver"),
      roundTripLimitMs: parseDuration(thresholds.roundTrip, "thresholds.roundTrip"),
      expectations: expectedPairs(expectations, contexts),
      ports,
    },
    timeoutMs: parseDuration(timeout, "timeout"),
    settleMs: parseDuration(thresholds.settle, "thresholds.settle"),
  };
}

/**
 * Names an image as a mirror of Docker Hub has it. Images of other registries stay as they are.
 *
 * @see https://github.com/distribution/reference: the first part is a host if it has a dot or a port, or is localhost
 */
function mirrored(image: string, registry: string | undefined): string {
  if (registry === undefined) return image;
  const [host = "", ...path] = image.split("/");
  if (path.length === 0) return `${registry}/library/${image}`;
  if (host === "docker.io" || host === "index.docker.io")
    return `${registry}/${path.length === 1 ? "library/" : ""}${path.join("/")}`;
  return /[.:]/.test(host) || host === "localhost" ? image : `${registry}/${image}`;
}
