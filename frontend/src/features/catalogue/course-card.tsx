import { useTranslations } from "next-intl";

import { Cover } from "@/components/cover/cover";
import { Duration } from "@/components/ui/duration";
import { Price } from "@/components/ui/price";
import { Rating } from "@/components/ui/rating";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

/** A course in a list. All of it is one link, read out as the title alone. */
export function CourseCard({
  course,
  heading: Heading = "h3",
  first,
}: {
  course: CourseRead;
  heading?: "h2" | "h3";
  first?: boolean;
}) {
  const t = useTranslations("common.level");
  return (
    <article className="group relative flex h-full flex-col">
      <Cover course={course} first={first} className="rounded-panel" />
      <Heading className="mt-3 line-clamp-2 text-[1.0625rem] leading-snug">
        <Link
          href={`/courses/${course.slug}`}
          className="group-hover:underline group-hover:underline-offset-4 after:absolute after:inset-0"
        >
          {course.title}
        </Link>
      </Heading>
      <p className="mt-1 truncate text-sm text-soft">{course.teacher_name}</p>
      <p className="mt-1 text-sm text-soft">
        {t(course.level)}
        {course.duration_minutes > 0 && (
          <>
            {" · "}
            <Duration minutes={course.duration_minutes} />
          </>
        )}
      </p>
      <p className="mt-auto flex items-baseline justify-between gap-3 pt-2 text-sm">
        <Rating average={course.avg_rating} count={course.review_count} />
        <span className="text-[0.9375rem] font-semibold">
          <Price amount={course.is_free ? null : course.price} currency={course.currency} />
        </span>
      </p>
    </article>
  );
}

/** The grid of a list of courses. */
export const COURSE_GRID = "grid gap-x-7 gap-y-10 grid-cols-[repeat(auto-fill,minmax(min(100%,15.5rem),1fr))]";

/** A card's shape, while courses are on their way. */
export function CourseCardSkeleton() {
  return (
    <div aria-hidden className="flex flex-col">
      <div className="aspect-video bone rounded-panel" />
      <div className="mt-3 h-5 w-11/12 bone" />
      <div className="mt-2 h-4 w-1/2 bone" />
      <div className="mt-2 h-4 w-2/3 bone" />
      <div className="mt-3 h-4 w-full bone" />
    </div>
  );
}
