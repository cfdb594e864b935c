/** A request from the browser that was rejected, with the HTTP status. */
export class RequestFailed extends Error {
  constructor(
    readonly status: number,
    request: string,
  ) {
    super(`${request}: ${status}`);
  }
}

const LONGEST_MS = 12_000;

/** Send a request to a route handler of this origin; throw `RequestFailed` unless it succeeds. */
export async function ask<T>(method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH", path: string, body?: unknown) {
  const answer = await fetch(`/bff/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    keepalive: method !== "GET",
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  if (!answer.ok) throw new RequestFailed(answer.status, `${method} ${path}`);
  return (await answer.json()) as T;
}
