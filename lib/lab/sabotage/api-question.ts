import { request } from "node:https";
import { stdin, stdout } from "node:process";
import { text } from "node:stream/consumers";

/** One request, as this program reads it from its input. */
export interface ApiQuestion {
  url: string;
  method: string;
  /** PEM. */
  ca: string;
  cert: string;
  key: string;
  body?: object;
}

/** What this program prints. */
export interface ApiAsked {
  status: number;
  /** Parsed JSON. */
  body: unknown;
}

const timeoutMs = 10_000;

if (import.meta.main) stdout.write(JSON.stringify(await ask(JSON.parse(await text(stdin)) as ApiQuestion)));

async function ask({ url, method, ca, cert, key, body }: ApiQuestion): Promise<ApiAsked> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const { promise, resolve, reject } = Promise.withResolvers<ApiAsked>();
  const headers = { accept: "application/json", "content-type": type };
  const signal = AbortSignal.timeout(timeoutMs);
  request(url, { method, ca, cert, key, headers, signal, agent: false }, (response) => {
    text(response).then(
      (answer) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as unknown }),
      reject,
    );
  })
    .on("error", reject)
    .end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
