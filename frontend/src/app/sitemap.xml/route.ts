import { readSitemap } from "@/features/sitemap/data";
import { fileCount, sitemapIndex } from "@/features/sitemap/files";
import { unavailable, xml } from "@/features/sitemap/response";
import { env } from "@/lib/env";

export const dynamic = "force-dynamic";

/** Returns the index of the sitemap's files. */
export async function GET() {
  const urls = await readSitemap();
  return urls ? xml(sitemapIndex(fileCount(urls.length), `${env.PUBLIC_URL}/sitemap`)) : unavailable();
}
