import "server-only";

import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from "jose";
import { z } from "zod";

import { outgoing } from "@/lib/api/outgoing";
import { serviceUrls } from "@/lib/env";

const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  exp: z.number(),
  role: z.enum(["student", "teacher", "admin"]),
  name: z.string(),
  is_verified: z.boolean(),
  email_verified: z.boolean(),
});

export type Claims = z.infer<typeof Claims>;
export type Role = Claims["role"];

const keys = createRemoteJWKSet(new URL(`${serviceUrls.identity}/.well-known/jwks.json`), {
  cacheMaxAge: 300_000,
  [customFetch]: outgoing,
});

/** Return the claims of a token that identity signed and that has not expired; null for any other. */
export async function verifiedClaims(token: string): Promise<Claims | null> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["ES256"],
      issuer: "eduplatform",
      audience: "eduplatform",
      clockTolerance: 5,
    });
    return Claims.safeParse(payload).data ?? null;
  } catch {
    return null;
  }
}

/** Return when a token expires, in seconds since 1970; 0 for an invalid one. Does not verify the signature. */
export function expiryOf(token: string): number {
  try {
    return decodeJwt(token).exp ?? 0;
  } catch {
    return 0;
  }
}
