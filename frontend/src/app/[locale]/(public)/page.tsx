import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { SearchForm } from "@/components/layout/search-form";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Notice } from "@/components/ui/notice";
import { CategoryIndex } from "@/features/home/category-index";
import { listCategories } from "@/features/catalogue/data";
import { readHome } from "@/features/home/data";
import { Featured } from "@/features/home/featured";
import { Shelf } from "@/features/home/shelf";
import { ContinueCard } from "@/features/learn/course-lists";
import { readLatest } from "@/features/learn/data";
import { pageMetadata } from "@/lib/seo";
import { currentUser } from "@/lib/session/current";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("home");
  return {
    ...(await pageMetadata({ title: t("metaTitle"), description: t("lead"), path: "/" })),
    title: { absolute: t("metaTitle") },
  };
}

export default async function HomePage({ searchParams }: { searchParams: Promise<{ welcome?: string }> }) {
  const locale = await getLocale();
  const [t, user, { welcome }, categories, { featured, popular, newest, free }, latest] = await Promise.all([
    getTranslations("home"),
    currentUser(),
    searchParams,
    listCategories(),
    readHome(locale),
    readLatest(),
  ]);
  return (
    <>
      {user && welcome !== undefined && (
        <div className="page pt-6">
          <Notice>{t("welcome", { name: user.name })}</Notice>
        </div>
      )}
      <section className="page grid items-center gap-x-16 gap-y-12 pt-12 pb-14 sm:pt-16 sm:pb-20 lg:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
        <div>
          <h1 className="text-4xl leading-[1.1] sm:text-6xl">{t("title")}</h1>
          <p className="mt-6 max-w-xl text-lg text-soft sm:text-xl">{t("lead")}</p>
          <SearchForm id="home-search" className="mt-8 max-w-xl" />
        </div>
        {featured && <Featured course={featured} />}
      </section>
      {latest && (
        <div className="page pb-14 sm:pb-20">
          <ContinueCard {...latest} />
        </div>
      )}
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
