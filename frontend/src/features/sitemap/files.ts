/** URLs of one file; sitemaps.org allows 50,000 and 50 MB, and a smaller file does not hold up the event loop. */
export const URLS_PER_FILE = 10_000;

export interface SitemapUrl {
  url: string;
  /** When the page changed, as ISO 8601. */
  changed?: string;
  /** The page's URLs by language. */
  languages: Record<string, string>;
}

/** Return how many files a sitemap of so many URLs has; there is always one. */
export function fileCount(urls: number): number {
  return Math.max(1, Math.ceil(urls / URLS_PER_FILE));
}

/** Return one of `fileCount` files of a sitemap as XML; undefined when there is no such file. */
export function sitemapFile(urls: SitemapUrl[], number: number): string | undefined {
  if (!Number.isInteger(number) || number < 0 || number >= fileCount(urls.length)) return undefined;
  const start = number * URLS_PER_FILE;
  const entries = urls
    .slice(start, start + URLS_PER_FILE)
    .map(entry)
    .join("");
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' +
    `${entries}</urlset>\n`
  );
}

/** Return the index of a sitemap of so many files, which are below `base`. */
export function sitemapIndex(files: number, base: string): string {
  const entries = Array.from({ length: files }, (_, number) => {
    const url = escape(`${base}/${number}.xml`);
    return `<sitemap><loc>${url}</loc></sitemap>\n`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join("")}</sitemapindex>\n`
  );
}

function entry({ url, changed, languages }: SitemapUrl): string {
  const links = Object.entries(languages).map(
    ([language, other]) => `<xhtml:link rel="alternate" hreflang="${escape(language)}" href="${escape(other)}"/>`,
  );
  const lastmod = changed ? `<lastmod>${escape(changed)}</lastmod>` : "";
  return `<url><loc>${escape(url)}</loc>${links.join("")}${lastmod}</url>\n`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
