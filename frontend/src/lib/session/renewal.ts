import "server-only";

import type { NextRequest, NextResponse } from "next/server";

import { outgoing } from "@/lib/api/outgoing";
import type { TokenPair } from "@/lib/api/types";
import { serviceUrls } from "@/lib/env";

import { expiryOf } from "./claims";
import { cookieNames, cookieOptions, isSecure } from "./cookies";

const RENEW_BEFORE_SECONDS = 60;

/** What the proxy learned about a request's session. */
export type Renewal = { state: "unchanged" } | { state: "renewed"; tokens: TokenPair } | { state: "ended" };

/** Exchange the refresh token when the access token is missing or about to expire. */
export async function renew(request: NextRequest): Promise<Renewal> {
  const names = cookieNames(isSecure(request.headers));
  const refreshToken = request.cookies.get(names.refresh)?.value;
  const expiry = expiryOf(request.cookies.get(names.access)?.value ?? "");
  if (!refreshToken || expiry - RENEW_BEFORE_SECONDS > Date.now() / 1000) return { state: "unchanged" };
  try {
    const answer = await exchange(refreshToken, request.headers.get("x-forwarded-for"));
    if (answer.ok) return { state: "renewed", tokens: (await answer.json()) as TokenPair };
    return { state: answer.status === 401 || answer.status === 403 ? "ended" : "unchanged" };
  } catch {
    return { state: "unchanged" };
  }
}

function exchange(refreshToken: string, address: string | null): Promise<Response> {
  return outgoing(`${serviceUrls.identity}/refresh`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(address && { "X-Forwarded-For": address }) },
    body: JSON.stringify({ refresh_token: refreshToken }),
  });
}

/** Pass the current session on to the pages behind the proxy. */
export function applyToRequest(request: NextRequest, renewal: Renewal): void {
  const names = cookieNames(isSecure(request.headers));
  if (renewal.state === "renewed") {
    request.cookies.set(names.access, renewal.tokens.access_token);
    request.cookies.set(names.refresh, renewal.tokens.refresh_token);
  }
  if (renewal.state === "ended") {
    request.cookies.delete(names.access);
    request.cookies.delete(names.refresh);
  }
}

/** Store the current session in the browser. */
export function applyToResponse(request: NextRequest, response: NextResponse, renewal: Renewal): void {
  const secure = isSecure(request.headers);
  const names = cookieNames(secure);
  if (renewal.state === "renewed") {
    response.cookies.set(names.access, renewal.tokens.access_token, cookieOptions(secure, renewal.tokens.expires_in));
    response.cookies.set(names.refresh, renewal.tokens.refresh_token, cookieOptions(secure));
  }
  if (renewal.state === "ended") {
    for (const name of [names.access, names.refresh]) response.cookies.set(name, "", cookieOptions(secure, 0));
  }
}
