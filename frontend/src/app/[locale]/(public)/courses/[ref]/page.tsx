import { Flag } from "lucide-react";
import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import { Cover } from "@/components/cover/cover";
import { Badge } from "@/components/ui/badge";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Markdown } from "@/components/ui/markdown";
import { Price } from "@/components/ui/price";
import { Rating } from "@/components/ui/rating";
import { namesBySlug } from "@/features/catalogue/category-names";
import { COURSE_GRID, CourseCard } from "@/features/catalogue/course-card";
import { listCategories } from "@/features/catalogue/data";
import { NextStep } from "@/features/course/buy-box";
import { CurriculumList } from "@/features/course/curriculum";
import {
  readCourse,
  readCurriculum,
  readRelated,
  readReviews,
  readReviewsQuery,
  readStanding,
  readTeacher,
} from "@/features/course/data";
import { Facts } from "@/features/course/facts";
import { Reviews } from "@/features/course/reviews";
import { StructuredData } from "@/features/course/structured-data";
import { Link, permanentRedirect } from "@/lib/i18n/navigation";
import { pageMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ ref: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("course"), readCourse((await params).ref)]);
  if (!course.ok) return { title: t("fallbackTitle") };
  const { title, subtitle, slug, teacher_name } = course.data;
  return pageMetadata({
    title,
    description: subtitle || t("metaDescription", { title, teacher: teacher_name }),
    path: `/courses/${slug}`,
  });
}

export default async function CoursePage({ params, searchParams }: Props) {
  const [{ ref }, query] = await Promise.all([params, searchParams.then(readReviewsQuery)]);
  const result = await readCourse(ref);
  if (!result.ok) return <Unavailable failure={result} />;
  const course = result.data;
  const locale = await getLocale();
  if (ref !== course.slug) permanentRedirect({ href: `/courses/${course.slug}`, locale });
  const [t, standing, categories, curriculum, reviews, teacher, related] = await Promise.all([
    getTranslations("course"),
    readStanding(course),
    listCategories(),
    readCurriculum(course.id),
    readReviews(course.id, query),
    readTeacher(course.teacher_id),
    readRelated(course),
  ]);
  const subject = course.category && categories.ok && namesBySlug(categories.data.items, locale).get(course.category);
  const lessons = curriculum.ok ? curriculum.data.modules.flatMap((module) => module.lessons) : [];
  const lessonMinutes = lessons.reduce((sum, lesson) => sum + lesson.duration_minutes, 0);
  const price = <Price amount={course.is_free ? null : course.price} currency={course.currency} />;
  return (
    <>
      <StructuredData course={course} />
      <article className="page grid grid-cols-1 gap-x-14 pt-8 lg:grid-cols-[minmax(0,1fr)_21rem] lg:pt-12">
        <header className="min-w-0">
          <p className="flex min-h-8 flex-wrap items-center gap-x-2 eyebrow">
            <Link href="/courses" className="py-1 quiet-link">
              {t("courses")}
            </Link>
            {subject && (
              <>
                <span aria-hidden>/</span>
                <Link href={`/courses?category=${course.category}`} className="py-1 quiet-link">
                  {subject}
                </Link>
              </>
            )}
            {course.status !== "published" && (
              <Badge tone="warning">{t(`status.${course.taken_down ? "taken_down" : course.status}`)}</Badge>
            )}
          </p>
          <h1 lang={course.language} className="mt-2 text-3xl sm:text-[2.75rem] sm:leading-[1.12]">
            {course.title}
          </h1>
          {course.subtitle && (
            <p lang={course.language} className="mt-4 max-w-2xl text-lg text-soft sm:text-xl">
              {course.subtitle}
            </p>
          )}
          <p className="mt-5 flex flex-wrap items-center gap-x-5 gap-y-1 text-[0.9375rem]">
            <Rating average={course.avg_rating} count={course.review_count} />
            <span className="min-w-0">
              {t.rich("by", {
                teacher: course.teacher_name,
                link: (name) => (
                  <Link href={`/teachers/${course.teacher_id}`} className="py-0.5 link">
                    {name}
                  </Link>
                ),
              })}
            </span>
          </p>
        </header>
        <aside aria-label={t("enroll.label")} className="mt-8 lg:row-span-2 lg:mt-0">
          <div className="md:max-lg:grid md:max-lg:grid-cols-2 md:max-lg:gap-x-8 lg:sticky lg:top-24">
            <Cover course={course} first className="rounded-panel" />
            <div className="foot-bar max-lg:flex max-lg:items-center max-lg:gap-6 lg:mt-5 lg:space-y-4">
              {standing !== "learner" && (
                <p className="shrink-0 font-serif text-2xl font-semibold lg:text-3xl">{price}</p>
              )}
              <div className="max-lg:ml-auto max-lg:max-w-sm max-lg:flex-1">
                <NextStep course={course} standing={standing} />
              </div>
            </div>
            <div className="mt-3 space-y-4 md:max-lg:mt-0">
              {standing === "customer" || standing === "visitor" ? (
                <p className="text-sm text-soft">{t(course.is_free ? "enroll.freeNote" : "enroll.paidNote")}</p>
              ) : null}
              <Facts course={course} minutes={lessonMinutes || course.duration_minutes} />
              {["customer", "learner", "unknown"].includes(standing) && (
                <Link
                  href={`/courses/${course.slug}/report`}
                  prefetch={false}
                  className="inline-flex min-h-8 items-center gap-2 text-sm text-soft quiet-link print:hidden"
                >
                  <Flag aria-hidden className="size-4" />
                  {t("report.title")}
                </Link>
              )}
            </div>
          </div>
        </aside>
        <div className="mt-12 min-w-0 space-y-14 lg:mt-14">
          {course.description && (
            <Section title={t("about")}>
              <div lang={course.language}>
                <Markdown level={3}>{course.description}</Markdown>
              </div>
            </Section>
          )}
          <Section title={t("curriculum.title")}>
            {curriculum.ok ? (
              <CurriculumList modules={curriculum.data.modules} slug={course.slug} />
            ) : (
              <FailurePanel failure={curriculum} />
            )}
          </Section>
          <Section title={t("teacher")}>
            <p>
              <Link href={`/teachers/${course.teacher_id}`} className="font-serif text-lg font-semibold link">
                {course.teacher_name}
              </Link>
            </p>
            {teacher.ok && teacher.data.bio && (
              <p className="mt-2 max-w-prose whitespace-pre-line text-soft">{teacher.data.bio}</p>
            )}
          </Section>
          <Section title={t("reviews.title")} id="reviews">
            {reviews.ok ? (
              <Reviews course={course} reviews={reviews.data} query={query} standing={standing} />
            ) : (
              <FailurePanel failure={reviews} />
            )}
          </Section>
        </div>
      </article>
      {related.length > 0 && (
        <section className="page mt-20">
          <h2 className="mb-6 border-b border-rule pb-3 text-2xl">
            {subject ? t("related", { category: subject }) : t("relatedAny")}
          </h2>
          <ul className={COURSE_GRID}>
            {related.map((other) => (
              <li key={other.id}>
                <CourseCard course={other} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Section({ title, id, children }: { title: string; id?: string; children: ReactNode }) {
  return (
    <section id={id}>
      <h2 className="mb-5 text-2xl">{title}</h2>
      {children}
    </section>
  );
}

async function Unavailable({ failure }: { failure: Parameters<typeof FailurePanel>[0]["failure"] }) {
  const t = await getTranslations("course");
  return (
    <div className="page-narrow space-y-6 py-16">
      <h1 className="text-3xl">{t("fallbackTitle")}</h1>
      <FailurePanel failure={failure} />
    </div>
  );
}
