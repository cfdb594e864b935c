import { describe, expect, test } from "vitest";

import { fileCount, sitemapFile, sitemapIndex, type SitemapUrl } from "@/features/sitemap/files";

const MOST_URLS = 50_000;
const MOST_BYTES = 50 * 1024 * 1024;
const LONGEST_URL = 2048;

/** Return so many URLs, each as long as one may be. */
function urls(count: number): SitemapUrl[] {
  return Array.from({ length: count }, (_, number) => {
    const url = `https://school.example/courses/${number}`.padEnd(LONGEST_URL, "-");
    return { url, languages: { en: url }, changed: "2026-01-01T00:00:00Z" };
  });
}

const locations = (xml: string) => [...xml.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url]) => url);

describe("a sitemap", () => {
  test.each([0, 1, 10_000, 10_001, 20_001])("of %i URLs has each in one file within the limits", (count) => {
    const all = urls(count);
    const index = locations(sitemapIndex(fileCount(count), "https://school.example/sitemap"));
    const files = index.map((url) => sitemapFile(all, Number(/(\d+)\.xml$/.exec(url ?? "")?.[1])) ?? "");
    expect(files.flatMap(locations)).toEqual(all.map(({ url }) => url));
    expect(files.length).toBe(Math.max(1, Math.ceil(count / 10_000)));
    for (const file of files) {
      expect(locations(file).length).toBeLessThanOrEqual(MOST_URLS);
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(MOST_BYTES);
    }
    expect(sitemapFile(all, files.length)).toBeUndefined();
  });

  test("escapes what XML reserves", () => {
    const file = sitemapFile([{ url: 'https://a.example/?a=1&b="<', languages: {} }], 0);
    expect(file).toContain("<loc>https://a.example/?a=1&amp;b=&quot;&lt;</loc>");
  });
});
