/** Headers of every response. `next.config.ts` reads them too, so this file imports nothing. */
export const SECURITY_HEADERS: Record<string, string> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

/** The policy of a response that is no page. */
export const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";
