import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { Duration } from "@/components/ui/duration";
import { useLanguageName } from "@/features/catalogue/language-name";
import type { CourseRead } from "@/lib/api/types";

/** Key facts of the course, as a list of terms. */
export function Facts({ course, minutes }: { course: CourseRead; minutes: number }) {
  const t = useTranslations("course.facts");
  const levels = useTranslations("common.level");
  const languageName = useLanguageName();
  const format = useFormatter();
  return (
    <dl className="text-[0.9375rem]">
      <Fact term={t("level")}>{levels(course.level)}</Fact>
      <Fact term={t("language")}>{languageName(course.language)}</Fact>
      {course.lesson_count > 0 && <Fact term={t("lessons")}>{format.number(course.lesson_count)}</Fact>}
      {minutes > 0 && (
        <Fact term={t("duration")}>
          <Duration minutes={minutes} />
        </Fact>
      )}
      <Fact term={t("students")}>{format.number(course.enrollment_count)}</Fact>
      <Fact term={t("updated")}>
        {format.dateTime(new Date(course.updated_at), { year: "numeric", month: "long" })}
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4 border-b border-rule py-2 last:border-b-0">
      <dt className="text-soft">{term}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
