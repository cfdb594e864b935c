import { useTranslations } from "next-intl";

import { Cover } from "@/components/cover/cover";
import { Badge } from "@/components/ui/badge";
import { Duration } from "@/components/ui/duration";
import { Price } from "@/components/ui/price";
import { Rating } from "@/components/ui/rating";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

/** A course in a list. The whole card is one link, read out as the title alone. */
export function CourseCard({
  course,
  heading: Heading = "h3",
  first,
  enrolled,
}: {
  course: CourseRead;
  heading?: "h2" | "h3";
  first?: boolean;
  enrolled?: boolean;
}) {
  const t = useTranslations("common.level");
  const common = useTranslations("common");
  return (
    <article className="group relative grid h-full grid-cols-[7rem_1fr] gap-x-4 sm:flex sm:flex-col">
      <Cover course={course} first={first} className="self-start rounded-panel" />
      <div className="flex min-w-0 flex-1 flex-col sm:mt-3">
        <Heading className="line-clamp-3 text-base leading-snug sm:line-clamp-2 sm:text-[1.0625rem]">
          <Link
            href={`/courses/${course.slug}`}
            lang={course.language}
            className="group-hover:underline group-hover:underline-offset-4 after:absolute after:inset-0"
          >
            {course.title}
          </Link>
        </Heading>
        <p className="mt-1 truncate text-sm text-soft">{course.teacher_name}</p>
        <p className="text-sm text-soft sm:mt-1">
          {t(course.level)}
          {course.duration_minutes > 0 && (
            <>
              {" · "}
              <Duration minutes={course.duration_minutes} />
            </>
          )}
        </p>
        <p className="mt-auto flex flex-wrap items-baseline justify-between gap-x-3 pt-1.5 text-sm sm:pt-2">
          <Rating average={course.avg_rating} count={course.review_count} />
          {enrolled ? (
            <Badge tone="accent">{common("enrolled")}</Badge>
          ) : (
            <span className="text-[0.9375rem] font-semibold">
              <Price amount={course.is_free ? null : course.price} currency={course.currency} />
            </span>
          )}
        </p>
      </div>
    </article>
  );
}

/** The grid of a list of courses. */
export const COURSE_GRID =
  "grid gap-x-7 gap-y-7 sm:gap-y-10 grid-cols-1 sm:grid-cols-[repeat(auto-fill,minmax(15.5rem,1fr))]";
