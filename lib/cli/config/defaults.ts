import { durationText } from "../../base/duration.ts";
import { usualFailOn } from "../../report/compare/worse-than.ts";
import { defaultSettings } from "../../scenario/settings.ts";

/** What holds where neither an option nor the configuration file says otherwise. */
export const defaults = {
  timeout: "15m",
  thresholds: {
    settle: "30s",
    loadBalancer: durationText(defaultSettings.loadBalancerLimitMs),
    failOver: durationText(defaultSettings.failOverLimitMs),
    roundTrip: durationText(defaultSettings.roundTripLimitMs),
  },
  image: "docker.io/library/node:24-alpine",
  namespacePrefix: "meshgate",
  maxNodes: 16,
  hostNetwork: defaultSettings.hostNetwork,
  disruptive: defaultSettings.disruptive,
  failOn: usualFailOn,
  reportDir: "reports",
  /** Rows of the port audit. */
  ports: defaultSettings.ports,
};
