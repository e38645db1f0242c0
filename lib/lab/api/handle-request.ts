import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate } from "./identity/authenticate.ts";
import { isAllowed, refusal } from "./identity/authorize.ts";
import type { User } from "./identity/service-account-token.ts";
import { attemptOf } from "./rest/attempt.ts";
import { answerError, answerJson } from "./rest/answer.ts";
import { readObject } from "./rest/body.ts";
import { dispatch } from "./rest/dispatch.ts";
import { requestTarget } from "./rest/request-target.ts";
import { answerReview, reviewKinds } from "./rest/reviews.ts";
import type { ServerContext } from "./server.ts";
import { answerPath } from "./server-paths.ts";

/** Answers one plain HTTP request: who is it, may they, and then what they want. Never rejects. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: ServerContext,
): Promise<void> {
  // A client that goes away in the middle is none of our business.
  response.on("error", () => response.destroy());
  try {
    const url = new URL(request.url ?? "/", "https://server");
    const user = authenticate(request, context.credentials, context.store);
    await answer(request, response, url, user, context);
  } catch (error) {
    answerError(response, error);
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  user: User,
  context: ServerContext,
): Promise<void> {
  const { closing, credentials, kubelet, store } = context;
  const target = requestTarget(url.pathname, store.registry);
  const review = reviewKinds.find(({ group, plural }) => url.pathname === `/apis/${group}/v1/${plural}`);
  const attempt = attemptOf(request, url, target, review);
  if (!isAllowed(user, attempt, store)) throw refusal(user, attempt);
  if (review && request.method === "POST") {
    const body = await readObject(request);
    answerJson(response, 201, answerReview(review, body, user, store, credentials));
  } else if (target) {
    const query = url.searchParams;
    await dispatch({ request, response, query, user, target, store, kubelet, credentials, closing });
  } else answerPath(request, response, url, context);
}
