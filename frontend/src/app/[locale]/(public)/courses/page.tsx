import { ChevronDown } from "lucide-react";
import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Pagination } from "@/components/ui/pagination";
import { buttonClass } from "@/components/ui/button";
import { SearchForm } from "@/components/layout/search-form";
import { namesBySlug } from "@/features/catalogue/category-names";
import { Chips } from "@/features/catalogue/chips";
import { COURSE_GRID, CourseCard } from "@/features/catalogue/course-card";
import { countFacets, findCourses, listCategories } from "@/features/catalogue/data";
import { FacetPanel } from "@/features/catalogue/facet-panel";
import { catalogueHref, type Filters, LAST_PAGE, PAGE_SIZE } from "@/features/catalogue/filters";
import { readFilters, type SearchParams } from "@/features/catalogue/read-filters";
import { SortForm } from "@/features/catalogue/sort-form";
import type { CourseList } from "@/lib/api/types";
import { readEnrolledIds } from "@/features/learn/data";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link } from "@/lib/i18n/navigation";
import { pageMetadata } from "@/lib/seo";

interface Props {
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const [t, filters] = await Promise.all([getTranslations("catalogue"), searchParams.then(readFilters)]);
  const title = filters.q ? t("titleOfSearch", { query: filters.q }) : t("title");
  return pageMetadata({ title, description: t("description"), path: "/courses" });
}

export default async function CataloguePage({ searchParams }: Props) {
  const filters = readFilters(await searchParams);
  const [t, locale, courses, facets, categories] = await Promise.all([
    getTranslations("catalogue"),
    getLocale(),
    findCourses(filters),
    countFacets(filters),
    listCategories(),
  ]);
  const tree = categories.ok ? categories.data.items : [];
  return (
    <div className="page py-10">
      <h1 className="text-3xl sm:text-4xl">{filters.q ? t("titleOfSearch", { query: filters.q }) : t("title")}</h1>
      <SearchForm id="catalogue-search" className="mt-6 md:hidden" />
      <div className="mt-8 gap-x-12 lg:grid lg:grid-cols-[15rem_1fr]">
        {facets.ok && (
          <aside aria-label={t("narrow")}>
            <details className="group mb-6 border-y border-rule lg:hidden">
              <summary className="flex min-h-12 items-center justify-between font-medium">
                {t("narrow")}
                <ChevronDown aria-hidden className="size-5 text-soft group-open:rotate-180" />
              </summary>
              <div className="pb-6">
                <FacetPanel filters={filters} facets={facets.data} categories={tree} />
              </div>
            </details>
            <div className="hidden lg:block">
              <FacetPanel filters={filters} facets={facets.data} categories={tree} />
            </div>
          </aside>
        )}
        <section aria-label={t("results")} className="min-w-0 lg:col-start-2">
          {courses.ok ? (
            <Results
              filters={filters}
              list={courses.data}
              chips={<Chips filters={filters} categoryNames={namesBySlug(tree, locale)} />}
            />
          ) : (
            <FailurePanel failure={courses} />
          )}
        </section>
      </div>
    </div>
  );
}

async function Results({ filters, list, chips }: { filters: Filters; list: CourseList; chips: React.ReactNode }) {
  const [t, locale, enrolled] = await Promise.all([getTranslations("catalogue"), getLocale(), readEnrolledIds()]);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p role="status" className="text-soft">
          {list.corrected_query && <>{t("corrected", { query: list.corrected_query })} </>}
          {t(list.total_capped ? "foundMany" : "found", { count: list.total })}
        </p>
        {list.total > 1 && (
          <ClientMessages areas={["catalogue"]}>
            <SortForm filters={filters} />
          </ClientMessages>
        )}
      </div>
      <div className="mb-8 flex flex-wrap items-center gap-x-4 gap-y-2 empty:hidden">
        {chips}
        {!filters.language && (
          <Link
            href={catalogueHref(filters, { language: locale })}
            className="inline-flex min-h-9 items-center text-sm link"
          >
            {t("onlyInLanguage")}
          </Link>
        )}
      </div>
      {list.items.length === 0 ? (
        <EmptyState
          title={t("empty.title")}
          action={
            <Link href="/courses" className={buttonClass("secondary")}>
              {t("empty.action")}
            </Link>
          }
        >
          {t("empty.text")}
        </EmptyState>
      ) : (
        <ul className={COURSE_GRID}>
          {list.items.map((course, index) => (
            <li key={course.id}>
              <CourseCard course={course} heading="h2" first={index < 4} enrolled={enrolled.has(course.id)} />
            </li>
          ))}
        </ul>
      )}
      <div className="mt-14">
        <Pagination
          page={filters.page}
          pages={Math.min(LAST_PAGE, Math.ceil(list.total / PAGE_SIZE))}
          href={(page) => catalogueHref(filters, { page })}
        />
      </div>
    </>
  );
}
