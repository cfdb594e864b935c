import { useTranslations } from "next-intl";

import { Cover } from "@/components/cover/cover";
import { Price } from "@/components/ui/price";
import { Rating } from "@/components/ui/rating";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

/** The most popular of the well-rated courses, shown large. */
export function Featured({ course }: { course: CourseRead }) {
  const t = useTranslations("home");
  return (
    <article className="group relative grid gap-x-6 gap-y-4 sm:grid-cols-2 sm:items-center lg:grid-cols-1">
      <Cover course={course} first className="rounded-panel" />
      <div className="min-w-0">
        <p className="eyebrow">{t("featured")}</p>
        <h2 className="mt-1 line-clamp-3 text-xl sm:text-2xl">
          <Link
            href={`/courses/${course.slug}`}
            lang={course.language}
            className="group-hover:underline group-hover:underline-offset-4 after:absolute after:inset-0"
          >
            {course.title}
          </Link>
        </h2>
        <p className="mt-1 truncate text-soft">{course.teacher_name}</p>
        <p className="mt-2 flex items-baseline justify-between gap-4 text-[0.9375rem]">
          <Rating average={course.avg_rating} count={course.review_count} />
          <span className="font-semibold">
            <Price amount={course.is_free ? null : course.price} currency={course.currency} />
          </span>
        </p>
      </div>
    </article>
  );
}
