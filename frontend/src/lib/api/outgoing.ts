import "server-only";

import { headers } from "next/headers";
import { Agent, fetch as undiciFetch, Request as UndiciRequest, type RequestInit } from "undici";

import { env } from "@/lib/env";

const agent = new Agent({
  connect: { timeout: 1000, localAddress: env.INTERNAL_SOURCE_ADDRESS },
  keepAliveTimeout: 4000,
  connections: 64,
});

/** `fetch` to a service with a deadline, over pooled connections. */
export const outgoing = ((input: UndiciRequest | string, init?: RequestInit) =>
  undiciFetch(input, {
    ...init,
    dispatcher: agent,
    signal: AbortSignal.timeout(env.API_TIMEOUT_MS),
  })) as unknown as typeof fetch;

/** undici's own class: its `fetch` does not accept the global one. */
export const OutgoingRequest = UndiciRequest as unknown as typeof Request;

const PASSED_ON = ["x-forwarded-for", "x-request-id", "user-agent"];

/** Return what a service should know about the visitor: the IP for rate limits, and the request's id. */
export async function visitorHeaders(): Promise<Record<string, string>> {
  const incoming = await headers();
  return Object.fromEntries(PASSED_ON.flatMap((name) => (incoming.get(name) ? [[name, incoming.get(name)!]] : [])));
}
