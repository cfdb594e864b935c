import { useFormatter, useTranslations } from "next-intl";

import { Cover } from "@/components/cover/cover";
import { Badge } from "@/components/ui/badge";
import { Price } from "@/components/ui/price";
import { Rating } from "@/components/ui/rating";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { STATE_TONE, stateOf } from "./status";

/** The teacher's courses, one per row. */
export function CourseTable({ courses }: { courses: CourseRead[] }) {
  return (
    <ul className="border-t border-rule">
      {courses.map((course) => (
        <CourseLine key={course.id} course={course} />
      ))}
    </ul>
  );
}

function CourseLine({ course }: { course: CourseRead }) {
  const t = useTranslations("studio");
  const format = useFormatter();
  return (
    <li className="grid grid-cols-[5.5rem_1fr] items-start gap-x-4 border-b border-rule py-5 sm:grid-cols-[8rem_1fr_auto] sm:gap-x-6">
      <Cover course={course} className="rounded-control" />
      <div className="min-w-0">
        <h2 className="text-lg leading-snug">
          <Link href={`/studio/courses/${course.id}`} className="line-clamp-2 break-words quiet-link">
            {course.title}
          </Link>
        </h2>
        <p className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
          <Badge tone={STATE_TONE[stateOf(course)]}>{t(`status.${stateOf(course)}`)}</Badge>
          <span>{t("list.lessons", { count: course.lesson_count })}</span>
          <span>
            <Price amount={course.is_free ? null : course.price} currency={course.currency} />
          </span>
          <span>{t("list.changed", { day: format.dateTime(new Date(course.updated_at), "day") })}</span>
        </p>
      </div>
      <div className="col-start-2 mt-2 flex flex-wrap gap-x-6 gap-y-1 text-sm sm:col-start-3 sm:mt-1 sm:flex-col sm:items-end">
        <Link href={`/studio/courses/${course.id}/students`} className="inline-flex min-h-6 items-center link">
          {t("list.students", { count: course.enrollment_count })}
        </Link>
        <Rating average={course.avg_rating} count={course.review_count} />
      </div>
    </li>
  );
}
