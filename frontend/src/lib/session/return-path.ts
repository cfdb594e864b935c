/** Return where to go after signing in: a path of this site, never another site. */
export function returnPath(wanted: unknown, fallback = "/"): string {
  if (typeof wanted !== "string" || !/^\/(?![/\\])/.test(wanted) || /[\\\p{Cc}]/u.test(wanted)) return fallback;
  return wanted;
}
