import { useTranslations } from "next-intl";

import { FailurePanel } from "@/components/ui/failure-panel";
import { COURSE_GRID, CourseCard } from "@/features/catalogue/course-card";
import type { Result } from "@/lib/api/result";
import type { CourseList } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

/** A row of courses and a link to all of their kind. */
export function Shelf(props: { title: string; href: string; courses: Result<CourseList>; first?: boolean }) {
  const t = useTranslations("home");
  const { courses } = props;
  if (courses.ok && courses.data.items.length === 0) return null;
  return (
    <section>
      <div className="mb-6 flex items-baseline justify-between gap-4 border-b border-rule pb-3">
        <h2 className="text-2xl">{props.title}</h2>
        <Link
          href={props.href}
          aria-label={t("allOf", { title: props.title })}
          className="inline-flex min-h-8 shrink-0 items-center text-[0.9375rem] link"
        >
          {t("all")}
        </Link>
      </div>
      {courses.ok ? (
        <ul className={COURSE_GRID}>
          {courses.data.items.map((course) => (
            <li key={course.id}>
              <CourseCard course={course} first={props.first} />
            </li>
          ))}
        </ul>
      ) : (
        <FailurePanel failure={courses} />
      )}
    </section>
  );
}
