import "server-only";

import { anonymous } from "@/lib/api/clients";
import { everyPage, outcome } from "@/lib/api/result";
import { env } from "@/lib/env";
import { getPathname } from "@/lib/i18n/navigation";
import { routing } from "@/lib/i18n/routing";

import type { SitemapUrl } from "./files";

const PAGES: Page[] = [{ path: "/" }, { path: "/courses" }, { path: "/teach" }];
/** Pages of a hundred courses: the newest 200,000 are listed. */
const PAGES_OF_COURSES = 2_000;
const KEPT_SECONDS = 3600;

interface Page {
  path: string;
  changed?: string;
}

let kept: { until: number; courses: Promise<Page[] | undefined> } | undefined;

/**
 * Return the public pages and the courses, newest first; undefined when the courses are not available.
 *
 * They are read once an hour, since that takes hundreds of requests.
 */
export async function readSitemap(): Promise<SitemapUrl[] | undefined> {
  if (!kept || kept.until < Date.now()) {
    kept = { until: Date.now() + KEPT_SECONDS * 1000, courses: readCourses() };
  }
  const courses = await kept.courses;
  return courses && [...PAGES, ...courses].map(toUrl);
}

async function readCourses(): Promise<Page[] | undefined> {
  const { course } = await anonymous();
  const list = await everyPage(
    (cursor) => outcome(course.GET("/courses", { params: { query: { sort: "newest", limit: 100, cursor } } })),
    PAGES_OF_COURSES,
  );
  if (!list.ok) {
    kept = undefined;
    return undefined;
  }
  return list.data.items.map(({ slug, updated_at }) => ({ path: `/courses/${slug}`, changed: updated_at }));
}

function toUrl({ path, changed }: Page): SitemapUrl {
  const url = (locale: (typeof routing.locales)[number]) => env.PUBLIC_URL + getPathname({ href: path, locale });
  const languages = Object.fromEntries(routing.locales.map((locale) => [locale, url(locale)]));
  return { url: url(routing.defaultLocale), changed, languages };
}
