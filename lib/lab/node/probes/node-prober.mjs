// Asks HTTP and TCP probes from the network namespace that it was started in. One JSON question per line on stdin, one JSON answer per
// line on stdout, in the order in which they are known. Plain JavaScript, since stripping types would cost each node a third of its start.
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { createInterface } from "node:readline";

createInterface({ input: process.stdin }).on("line", async (line) => {
  const question = JSON.parse(line);
  const failure = await (question.kind === "http" ? askHttp(question) : askTcp(question));
  process.stdout.write(`${JSON.stringify({ id: question.id, failure })}\n`);
});

/** @returns {Promise<string | null>} the failure as the kubelet words it, null for success */
function askHttp({ scheme, host, port, path, headers, timeoutMs }) {
  const client = scheme === "https" ? https : http;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const url = `${scheme}://${authority}${path.startsWith("/") ? "" : "/"}${path}`;
  return new Promise((resolve) => {
    const failed = (text) => resolve(`Get "${url}": ${text}`);
    const request = client.get(url, { agent: false, headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      const { statusCode } = response;
      resolve(statusCode >= 200 && statusCode < 400 ? null : `HTTP probe failed with statuscode: ${statusCode}`);
      response.on("error", () => {}).on("close", () => request.destroy());
    });
    request.on("error", (error) => failed(dialFailure(error, authority)));
    afterTimeout(request, timeoutMs, () =>
      failed("context deadline exceeded (Client.Timeout exceeded while awaiting headers)"),
    );
  });
}

function askTcp({ host, port, timeoutMs }) {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.on("connect", () => {
      resolve(null);
      socket.destroy();
    });
    socket.on("error", (error) => resolve(dialFailure(error, authority)));
    afterTimeout(socket, timeoutMs, () => resolve(`dial tcp ${authority}: i/o timeout`));
  });
}

function afterTimeout(stream, timeoutMs, then) {
  const timer = setTimeout(() => {
    then();
    stream.destroy();
  }, timeoutMs);
  stream.on("close", () => clearTimeout(timer));
}

const reasons = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
  ECONNRESET: "read: connection reset by peer",
};

function dialFailure(error, authority) {
  return error.code in reasons ? `dial tcp ${authority}: ${reasons[error.code]}` : error.message;
}
