import createIntlProxy from "next-intl/middleware";
import { type NextRequest, NextResponse } from "next/server";

import { routing } from "@/lib/i18n/routing";
import { comesFromThisOrigin, contentSecurityPolicy, SECURITY_HEADERS } from "@/lib/security/policy";
import { applyToRequest, applyToResponse, renew } from "@/lib/session/renewal";

const localise = createIntlProxy(routing);
const development = process.env.NODE_ENV === "development";

/** Runs before every page and handler: refuses foreign writes, renews the session, sets policy and language. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (!comesFromThisOrigin(request.method, request.headers)) {
    return new NextResponse("This request did not come from a page of this site.", { status: 403 });
  }
  const policy = contentSecurityPolicy(btoa(crypto.randomUUID()), development);
  const renewal = await renew(request);
  applyToRequest(request, renewal);
  tellPages(request.headers, policy, renewal.state, request.nextUrl);
  const response = isPage(request) ? localise(request) : NextResponse.next({ request });
  applyToResponse(request, response, renewal);
  response.headers.set("Content-Security-Policy", policy);
  Object.entries(SECURITY_HEADERS).forEach(([name, value]) => response.headers.set(name, value));
  return response;
}

/** The policy tells Next its nonce; `x-path` and `x-session` tell the pages where they are and whether to sign in anew. */
function tellPages(headers: Headers, policy: string, session: string, { pathname, search }: NextRequest["nextUrl"]) {
  headers.set("Content-Security-Policy", policy);
  headers.set("x-session", session);
  headers.set("x-path", pathname + search);
}

function isPage(request: NextRequest): boolean {
  return !request.nextUrl.pathname.startsWith("/bff/");
}

// Not for files, nor for what machines ask: health, robots.txt, the sitemap.
export const config = { matcher: ["/((?!_next/|health/|.*\\..*).*)"] };
