import "server-only";

import { cookies, headers } from "next/headers";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import type { TokenPair } from "@/lib/api/types";

import { cookieNames, cookieOptions, isSecure } from "./cookies";

/** Start a session in this browser. Only a server action or a route handler can. */
export async function storeSession(tokens: TokenPair): Promise<void> {
  const secure = isSecure(await headers());
  const names = cookieNames(secure);
  const jar = await cookies();
  jar.set(names.access, tokens.access_token, cookieOptions(secure, tokens.expires_in));
  jar.set(names.refresh, tokens.refresh_token, cookieOptions(secure));
}

/** Exchange the tokens, so that they reflect the current account; the old ones stay while identity is unavailable. */
export async function refreshSession(): Promise<void> {
  const names = cookieNames(isSecure(await headers()));
  const refresh_token = (await cookies()).get(names.refresh)?.value;
  if (!refresh_token) return;
  const result = await outcome((await anonymous()).identity.POST("/refresh", { body: { refresh_token } }));
  if (result.ok) await storeSession(result.data);
}

/** End the session in this browser. */
export async function clearSession(): Promise<void> {
  const secure = isSecure(await headers());
  const jar = await cookies();
  for (const name of Object.values(cookieNames(secure))) jar.set(name, "", cookieOptions(secure, 0));
}
