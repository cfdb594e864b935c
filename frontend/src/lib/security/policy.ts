import { VIDEO_HOSTS } from "./video-hosts";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Return whether a request may change anything: only when it comes from a page of this origin.
 *
 * `publicUrl` is always this origin, also behind a reverse proxy that drops the port or rewrites the host.
 */
export function comesFromThisOrigin(method: string, headers: Headers, publicUrl: string): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  const origin = headers.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  return origin === new URL(publicUrl).origin || new URL(origin).host === host;
}

/** Return the Content-Security-Policy of one page: only scripts and styles with its nonce are allowed. */
export function contentSecurityPolicy(nonce: string, development: boolean): string {
  const directives = {
    "default-src": "'self'",
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src": development ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    "img-src": "'self' data: https:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": VIDEO_HOSTS.map((host) => `https://${host}`).join(" "),
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
