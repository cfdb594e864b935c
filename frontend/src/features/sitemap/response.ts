const RETRY_AFTER_SECONDS = "60";

/** Return a response with a file of the sitemap. */
export function xml(content: string): Response {
  return new Response(content, { headers: { "Content-Type": "application/xml" } });
}

/** Return the response while the courses cannot be read: an empty sitemap would take them out of search engines. */
export function unavailable(): Response {
  return new Response(null, { status: 503, headers: { "Retry-After": RETRY_AFTER_SECONDS } });
}
