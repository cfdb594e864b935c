import { Download } from "lucide-react";
import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { pageOf, Pagination } from "@/components/ui/pagination";
import { hrefWith } from "@/features/admin/query";
import { CourseFrame } from "@/features/studio/courses/course-frame";
import { readOwnCourse, readRoster, STUDENTS_A_PAGE } from "@/features/studio/data";
import { Roster } from "@/features/studio/roster/roster";
import { RosterForm } from "@/features/studio/roster/roster-form";
import { readRosterQuery, type RosterQuery } from "@/features/studio/roster/roster-query";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("studio"), readOwnCourse((await params).id)]);
  const title = course.ok ? course.data.title : t("course");
  return privateMetadata(`${t("tabs.students")}: ${title}`, t("students.description"));
}

export default async function StudentsPage({ params, searchParams }: Props) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const course = await readOwnCourse(id);
  return (
    <CourseFrame id={id} course={course} tab="students">
      {course.ok && <Students course={course.data} page={pageOf(query.page)} query={readRosterQuery(query)} />}
    </CourseFrame>
  );
}

async function Students({ course, page, query }: { course: CourseRead; page: number; query: RosterQuery }) {
  const path = `/studio/courses/${course.id}/students`;
  const [t, locale, roster] = await Promise.all([
    getTranslations("studio.students"),
    getLocale(),
    readRoster(course.id, page, query),
  ]);
  if (!roster.ok) return <FailurePanel failure={roster} />;
  if (roster.data.total === 0 && !query.q) return <Nobody course={course} />;
  return (
    <section aria-label={t("label")}>
      <RosterForm path={path} query={query} />
      <div className="mb-4 flex flex-wrap items-center justify-between gap-4">
        <p role="status" className="text-soft">
          {t("count", { count: roster.data.total })}
          {query.q && (
            <>
              {" · "}
              <Link href={path} className="link">
                {t("all")}
              </Link>
            </>
          )}
        </p>
        <a href={`/bff/studio/rosters/${course.id}?language=${locale}`} download className={buttonClass("secondary")}>
          <Download aria-hidden className="size-4" />
          {t("csv")}
        </a>
      </div>
      {roster.data.total > 0 && <Roster students={roster.data.items} />}
      <div className="mt-8">
        <Pagination
          page={page}
          pages={Math.ceil(roster.data.total / STUDENTS_A_PAGE)}
          href={(number) => hrefWith(path, { ...query, page: number })}
        />
      </div>
    </section>
  );
}

async function Nobody({ course }: { course: CourseRead }) {
  const t = await getTranslations("studio.students");
  const published = course.status === "published";
  return (
    <EmptyState
      title={t("nobody")}
      action={
        <Link
          href={published ? `/courses/${course.slug}` : `/studio/courses/${course.id}/publish`}
          className={buttonClass("secondary")}
        >
          {t(published ? "seePage" : "toPublish")}
        </Link>
      }
    >
      {t(published ? "nobodyPublished" : "nobodyDraft")}
    </EmptyState>
  );
}
