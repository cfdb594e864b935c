import { readSitemap } from "@/features/sitemap/data";
import { sitemapFile } from "@/features/sitemap/files";
import { unavailable, xml } from "@/features/sitemap/response";

const FILE = /^(0|[1-9]\d{0,5})\.xml$/;

/** Returns one file of the sitemap. */
export async function GET(_request: Request, { params }: { params: Promise<{ file: string }> }) {
  const number = FILE.exec((await params).file)?.[1];
  if (!number) return new Response(null, { status: 404 });
  const urls = await readSitemap();
  if (!urls) return unavailable();
  const file = sitemapFile(urls, Number(number));
  return file ? xml(file) : new Response(null, { status: 404 });
}
