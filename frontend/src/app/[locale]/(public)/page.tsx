import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { SearchForm } from "@/components/layout/search-form";
import { FailurePanel } from "@/components/ui/failure-panel";
import { CategoryIndex } from "@/features/home/category-index";
import { listCategories } from "@/features/catalogue/data";
import { readHome } from "@/features/home/data";
import { Shelf } from "@/features/home/shelf";
import { pageMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("home");
  return {
    ...(await pageMetadata({ title: t("metaTitle"), description: t("lead"), path: "/" })),
    title: { absolute: t("metaTitle") },
  };
}

export default async function HomePage() {
  const [t, locale, categories, { popular, newest, free }] = await Promise.all([
    getTranslations("home"),
    getLocale(),
    listCategories(),
    readHome(),
  ]);
  return (
    <>
      <section className="page pt-16 pb-14 sm:pt-24 sm:pb-20">
        <h1 className="max-w-3xl text-4xl leading-[1.1] sm:text-6xl">{t("title")}</h1>
        <p className="mt-6 max-w-xl text-lg text-soft sm:text-xl">{t("lead")}</p>
        <SearchForm id="home-search" className="mt-8 max-w-xl" />
      </section>
      <div className="page space-y-16 sm:space-y-20">
        <Shelf title={t("popular")} href="/courses?sort=popular" courses={popular} first />
        {categories.ok ? (
          <CategoryIndex categories={categories.data.items} locale={locale} />
        ) : (
          <FailurePanel failure={categories} />
        )}
        <Shelf title={t("newest")} href="/courses?sort=newest" courses={newest} />
        <Shelf title={t("free")} href="/courses?price=free&sort=rating" courses={free} />
      </div>
    </>
  );
}
