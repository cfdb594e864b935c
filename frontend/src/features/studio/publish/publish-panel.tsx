import { Check, CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import { ActionForm, SubmitButton } from "@/components/ui/form";
import type { CourseRead, LessonHead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { stateOf } from "../courses/status";
import { type Part, PARTS, presentParts } from "./checklist";
import { DeleteCourse } from "./delete-course";
import { ShareCourse } from "./share-course";
import { changeStatus } from "./status-actions";

/** What the course still needs, and the transitions between draft, published and archived. */
export function PublishPanel({ course, empty }: { course: CourseRead; empty: LessonHead[] }) {
  const t = useTranslations("studio.publish");
  const state = stateOf(course);
  return (
    <div className="max-w-2xl space-y-12">
      {course.status !== "published" && (
        <section aria-labelledby="checklist">
          <h2 id="checklist" className="text-xl">
            {t("checklist")}
          </h2>
          <p className="mt-1 text-soft">{t("checklistText")}</p>
          <Checklist course={course} empty={empty} />
        </section>
      )}
      <section aria-labelledby="state">
        <h2 id="state" className="text-xl">
          {t(`state.${state}`)}
        </h2>
        <p className="mt-1 text-soft">{t(`stateText.${state}`)}</p>
        {course.status === "published" && <ShareCourse course={course} />}
        <div className="mt-5 flex flex-wrap gap-3">{!course.taken_down && <Steps course={course} />}</div>
      </section>
      <section aria-labelledby="deletion" className="border-t border-rule pt-8">
        <h2 id="deletion" className="text-xl">
          {t("deletion")}
        </h2>
        <p className="mt-1 mb-5 text-soft">{t("deletionText")}</p>
        <DeleteCourse id={course.id} title={course.title} />
      </section>
    </div>
  );
}

function Steps({ course }: { course: CourseRead }) {
  const t = useTranslations("studio.publish");
  const step = (name: "publish" | "unpublish" | "archive", look: "primary" | "secondary") => (
    <ActionForm key={name} action={changeStatus.bind(null, course.id, name)} label={t(name)}>
      <SubmitButton look={look}>{t(name)}</SubmitButton>
    </ActionForm>
  );
  if (course.status === "published") return [step("unpublish", "secondary"), step("archive", "secondary")];
  return course.status === "draft"
    ? step("publish", "primary")
    : [step("publish", "primary"), step("unpublish", "secondary")];
}

const WHERE: Record<Exclude<Part, "content">, string> = {
  title: "#title",
  description: "#description",
  category: "#category",
  lessons: "/curriculum",
};

function Checklist({ course, empty }: { course: CourseRead; empty: LessonHead[] }) {
  const t = useTranslations("studio.publish");
  const present = presentParts(course, empty);
  return (
    <ul className="mt-4 border-t border-rule">
      {PARTS.filter((part) => part !== "content" || present.lessons).map((part) => {
        const Icon = present[part] ? Check : CircleAlert;
        return (
          <li
            key={part}
            id={part}
            tabIndex={-1}
            className="flex min-h-12 flex-wrap items-center gap-x-3 border-b border-rule py-2"
          >
            <Icon aria-hidden className={present[part] ? "size-5 text-success" : "size-5 text-warning"} />
            <span className="flex-1">{t(`part.${part}`)}</span>
            {present[part] ? (
              <span className="text-sm text-soft">{t("there")}</span>
            ) : part === "content" ? (
              <EmptyLessons courseId={course.id} lessons={empty} />
            ) : (
              <Link href={`/studio/courses/${course.id}${WHERE[part]}`} className="text-[0.9375rem] link">
                {t(`add.${part}`)}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Links to the lessons that have no content yet. */
function EmptyLessons({ courseId, lessons }: { courseId: string; lessons: LessonHead[] }) {
  return (
    <ul className="w-full pl-8 text-[0.9375rem]">
      {lessons.map(({ id, title }) => (
        <li key={id}>
          <Link href={`/studio/courses/${courseId}/lessons/${id}`} className="inline-block py-1 wrap-anywhere link">
            {title}
          </Link>
        </li>
      ))}
    </ul>
  );
}
