import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { AdminListPage } from "@/features/admin/admin-list-page";
import { adminMetadata } from "@/features/admin/admin-page";
import { findCourses } from "@/features/admin/data";
import { RestoreDialog, TakeDownDialog } from "@/features/admin/moderation-dialogs";
import { COURSE_STATES, CoursesQuery, hrefWith, readQuery } from "@/features/admin/query";
import type { SearchParams } from "@/features/catalogue/read-filters";
import type { AdminCourse } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/courses";
const TONES = { draft: "warning", published: "success", archived: "neutral", taken_down: "danger" } as const;

export const generateMetadata = () => adminMetadata("courses");

export default async function CoursesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(CoursesQuery, await searchParams);
  const [t, courses] = await Promise.all([getTranslations("admin.courses"), findCourses(wanted)]);
  return (
    <AdminListPage
      name="courses"
      path={PATH}
      query={wanted}
      list={courses}
      filters={[
        { name: "q", label: t("search"), value: wanted.q },
        {
          name: "state",
          label: t("state"),
          value: wanted.state,
          options: COURSE_STATES.map((state) => [state, t(`states.${state}`)]),
        },
      ]}
      note={
        wanted.course_id && (
          <p className="border-b border-rule py-3 text-[0.9375rem]">
            {t("one")}{" "}
            <Link href={PATH} className="link">
              {t("all")}
            </Link>
          </p>
        )
      }
    >
      {(course) => <CourseRow key={course.id} course={course} />}
    </AdminListPage>
  );
}

async function CourseRow({ course }: { course: AdminCourse }) {
  const [t, format] = await Promise.all([getTranslations("admin.courses"), getFormatter()]);
  const state = course.taken_down ? "taken_down" : course.status;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-rule py-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <Link
            href={`/courses/${course.slug}`}
            prefetch={false}
            className="inline-block min-w-0 py-0.5 wrap-anywhere quiet-link"
          >
            {course.title}
          </Link>
          <Badge tone={TONES[state]}>{t(`states.${state}`)}</Badge>
        </p>
        <p className="text-sm wrap-anywhere text-soft">
          {course.teacher_name || t("formerTeacher")} · {t("students", { count: course.enrollment_count })} ·{" "}
          {format.dateTime(new Date(course.created_at), "day")}
        </p>
        {course.taken_down && (
          <p className="mt-1 text-sm wrap-anywhere">
            {course.taken_down_reason && t("because", { reason: course.taken_down_reason })}{" "}
            <span className="text-soft">{t(course.taken_down_access ? "accessKept" : "accessEnded")}</span>
          </p>
        )}
        {course.open_reports > 0 && (
          <Link
            href={hrefWith("/admin/reports", { status: "open", course_id: course.id })}
            className="inline-block py-1 text-sm link"
          >
            {t("reports", { count: course.open_reports })}
          </Link>
        )}
      </div>
      {course.taken_down ? <RestoreDialog course={course} /> : <TakeDownDialog course={course} />}
    </li>
  );
}
