import type { MetadataRoute } from "next";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { env } from "@/lib/env";
import { getPathname } from "@/lib/i18n/navigation";
import { routing } from "@/lib/i18n/routing";

export const dynamic = "force-dynamic";

const PAGES_OF_COURSES = 20;

/** The public pages, with up to two thousand of the newest courses. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const paths: { path: string; changed?: string }[] = [{ path: "/" }, { path: "/courses" }, { path: "/teach" }];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_OF_COURSES; page++) {
    const query = { sort: "newest" as const, limit: 100, cursor };
    const list = await outcome((await anonymous()).course.GET("/courses", { params: { query } }));
    if (!list.ok) break;
    paths.push(...list.data.items.map(({ slug, updated_at }) => ({ path: `/courses/${slug}`, changed: updated_at })));
    if (!list.data.next_cursor) break;
    cursor = list.data.next_cursor;
  }
  return paths.map(({ path, changed }) => entry(path, changed));
}

function entry(path: string, lastModified?: string): MetadataRoute.Sitemap[number] {
  const address = (locale: (typeof routing.locales)[number]) => env.PUBLIC_URL + getPathname({ href: path, locale });
  const languages = Object.fromEntries(routing.locales.map((locale) => [locale, address(locale)]));
  return { url: address(routing.defaultLocale), lastModified, alternates: { languages } };
}
