const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** Whether a request may change anything: it comes from a page of this origin. */
export function comesFromThisOrigin(method: string, headers: Headers): boolean {
  if (SAFE_METHODS.includes(method)) return true;
  const origin = headers.get("origin");
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  return origin !== null && URL.canParse(origin) && new URL(origin).host === host;
}
