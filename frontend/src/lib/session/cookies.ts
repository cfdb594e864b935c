import type { ResponseCookie } from "next/dist/compiled/@edge-runtime/cookies";

/** The session in the browser: two cookies that no script can read. */
export interface SessionCookies {
  access: string;
  refresh: string;
}

/** With TLS the names start with `__Host-`, which binds the cookies to this host and to TLS. */
export function cookieNames(secure: boolean): SessionCookies {
  const prefix = secure ? "__Host-" : "";
  return { access: `${prefix}edu_access`, refresh: `${prefix}edu_session` };
}

const REFRESH_SECONDS = 30 * 24 * 3600;

export function cookieOptions(secure: boolean, maxAge = REFRESH_SECONDS): Partial<ResponseCookie> {
  return { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge };
}

/** Return whether the browser is connected by TLS, according to the proxy in front. */
export function isSecure(headers: Headers): boolean {
  return headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
}
