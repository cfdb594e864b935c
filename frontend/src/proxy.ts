import createIntlProxy from "next-intl/middleware";
import { type NextRequest, NextResponse } from "next/server";

import { env } from "@/lib/env";
import { acceptedLanguages } from "@/lib/i18n/accepted-languages";
import { routing } from "@/lib/i18n/routing";
import { NOTHING_ALLOWED, SECURITY_HEADERS } from "@/lib/security/headers";
import { comesFromThisOrigin, contentSecurityPolicy } from "@/lib/security/policy";
import { applyToRequest, applyToResponse, renew } from "@/lib/session/renewal";

const localise = createIntlProxy(routing);
const development = process.env.NODE_ENV === "development";

/** Files and routes without a language; all other paths are pages, whatever characters they have. */
const WITHOUT_LANGUAGE = [
  "/bff/",
  "/apple-icon.png",
  "/favicon.ico",
  "/icon.svg",
  "/manifest.webmanifest",
  "/opengraph-image.png",
  "/robots.txt",
  "/sitemap/",
  "/sitemap.xml",
];

/** Runs before every page and handler: rejects cross-site writes, renews the session, sets policy and language. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (!comesFromThisOrigin(request.method, request.headers, env.PUBLIC_URL)) {
    return reject(403, "This request did not come from a page of this site.");
  }
  if (!isUtf8(request.nextUrl.pathname)) return reject(400, "The URL is not encoded as UTF-8.");
  const policy = contentSecurityPolicy(btoa(crypto.randomUUID()), development);
  const renewal = await renew(request);
  applyToRequest(request, renewal);
  passToPages(request.headers, policy, renewal.state, request.nextUrl);
  request.headers.set("accept-language", acceptedLanguages(request.headers.get("accept-language")));
  const response = isPage(request.nextUrl.pathname) ? localise(request) : NextResponse.next({ request });
  applyToResponse(request, response, renewal);
  return secured(response, policy);
}

function reject(status: number, reason: string): NextResponse {
  return secured(new NextResponse(reason, { status }), NOTHING_ALLOWED);
}

function secured(response: NextResponse, policy: string): NextResponse {
  response.headers.set("Content-Security-Policy", policy);
  Object.entries(SECURITY_HEADERS).forEach(([name, value]) => response.headers.set(name, value));
  return response;
}

/** Return whether a path can be decoded; Next would answer another one with 500. */
function isUtf8(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/** Next reads its nonce from the policy; `x-path` and `x-session` tell pages their URL and the session's state. */
function passToPages(headers: Headers, policy: string, session: string, { pathname, search }: NextRequest["nextUrl"]) {
  headers.set("Content-Security-Policy", policy);
  headers.set("x-session", session);
  headers.set("x-path", pathname + search);
}

function isPage(pathname: string): boolean {
  return !WITHOUT_LANGUAGE.some((path) => (path.endsWith("/") ? pathname.startsWith(path) : pathname === path));
}

// Not for Next's own files and the probes; next.config.ts sets the headers of what does not come here.
export const config = { matcher: ["/((?!_next/|health/).*)"] };
