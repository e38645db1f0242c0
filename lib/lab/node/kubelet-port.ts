import { createServer } from "node:https";
import type { Server } from "node:net";
import type { LabNode } from "../model.ts";
import { listenInNetns } from "../net/listen-in-netns.ts";

/** Where kubelets listen. */
const kubeletPort = 10_250;

const unauthorized = [401, "text/plain; charset=utf-8", "Unauthorized"] as const;
const podList = [200, "application/json", '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":null}'] as const;

/**
 * Opens the kubelet's port at all addresses of a node, over TLS: whoever asks is told 401, whatever credentials he shows. The API server of the
 * lab speaks with its kubelets without it. Rejects when the port cannot be had.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
export async function serveKubeletPort(
  { netns }: LabNode,
  { certificate, key }: { certificate: string; key: string },
  admitsAnybody: () => boolean = () => false,
): Promise<Server> {
  const answers = createServer({ cert: certificate, key, requestCert: true, rejectUnauthorized: false });
  answers.on("request", (_, response) => {
    const [status, type, text] = admitsAnybody() ? podList : unauthorized;
    response.writeHead(status, { "content-type": type, connection: "close" }).end(text);
  });
  const listener = await listenInNetns(netns, { address: "::", port: kubeletPort }).catch(() =>
    // A kernel without IPv6.
    listenInNetns(netns, { address: "0.0.0.0", port: kubeletPort }),
  );
  return listener.on("connection", (socket) => answers.emit("connection", socket));
}
