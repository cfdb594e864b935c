import type { MetadataRoute } from "next";

import { anonymous } from "@/lib/api/clients";
import { everyPage, outcome } from "@/lib/api/result";
import { env } from "@/lib/env";
import { getPathname } from "@/lib/i18n/navigation";
import { routing } from "@/lib/i18n/routing";

export const dynamic = "force-dynamic";

const PAGES: Page[] = [{ path: "/" }, { path: "/courses" }, { path: "/teach" }];
/** With these the file stays below the 50,000 URLs that sitemaps.org allows. */
const PAGES_OF_COURSES = 499;
const KEPT_SECONDS = 3600;

interface Page {
  path: string;
  changed?: string;
}

let kept: { until: number; courses: Promise<Page[]> } | undefined;

/** The public pages and the courses, newest first; read once an hour, since that takes hundreds of requests. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  if (!kept || kept.until < Date.now()) {
    kept = { until: Date.now() + KEPT_SECONDS * 1000, courses: readCourses() };
  }
  return [...PAGES, ...(await kept.courses)].map(({ path, changed }) => entry(path, changed));
}

async function readCourses(): Promise<Page[]> {
  const { course } = await anonymous();
  const list = await everyPage(
    (cursor) => outcome(course.GET("/courses", { params: { query: { sort: "newest", limit: 100, cursor } } })),
    PAGES_OF_COURSES,
  );
  if (!list.ok) {
    kept = undefined;
    return [];
  }
  return list.data.items.map(({ slug, updated_at }) => ({ path: `/courses/${slug}`, changed: updated_at }));
}

function entry(path: string, lastModified?: string): MetadataRoute.Sitemap[number] {
  const address = (locale: (typeof routing.locales)[number]) => env.PUBLIC_URL + getPathname({ href: path, locale });
  const languages = Object.fromEntries(routing.locales.map((locale) => [locale, address(locale)]));
  return { url: address(routing.defaultLocale), lastModified, alternates: { languages } };
}
