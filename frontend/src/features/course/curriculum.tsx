import { ChevronDown, Lock, Play } from "lucide-react";
import { useTranslations } from "next-intl";

import { Badge } from "@/components/ui/badge";
import { Duration } from "@/components/ui/duration";
import type { Curriculum } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

type Module = Curriculum["modules"][number];
type Lesson = Module["lessons"][number];

/** The contents of the course by module. It opens and closes without any script. */
export function CurriculumList({ modules, slug }: { modules: Module[]; slug: string }) {
  const t = useTranslations("course.curriculum");
  if (modules.length === 0) return <p className="text-soft">{t("none")}</p>;
  return (
    <div className="border-t border-rule">
      {modules.map((module, index) => (
        <ModuleItem key={module.id} module={module} slug={slug} open={index === 0} />
      ))}
    </div>
  );
}

function ModuleItem({ module, slug, open }: { module: Module; slug: string; open: boolean }) {
  const t = useTranslations("course.curriculum");
  const minutes = module.lessons.reduce((sum, lesson) => sum + lesson.duration_minutes, 0);
  return (
    <details open={open} className="group border-b border-rule">
      <summary className="flex min-h-14 items-center gap-3 py-3">
        <ChevronDown
          aria-hidden
          className="size-4 shrink-0 -rotate-90 text-soft transition-transform group-open:rotate-0"
        />
        <h3 className="min-w-0 flex-1 font-sans text-base leading-snug font-medium tracking-normal">{module.title}</h3>
        <span className="text-right text-sm text-soft">
          {t("lessons", { count: module.lessons.length })}
          {minutes > 0 && (
            <span className="hidden sm:inline">
              {" · "}
              <Duration minutes={minutes} />
            </span>
          )}
        </span>
      </summary>
      <ol className="pb-4">
        {module.lessons.map((lesson) => (
          <LessonItem key={lesson.id} lesson={lesson} slug={slug} />
        ))}
      </ol>
    </details>
  );
}

function LessonItem({ lesson, slug }: { lesson: Lesson; slug: string }) {
  const t = useTranslations("course.curriculum");
  const Icon = lesson.is_preview ? Play : Lock;
  return (
    <li className="flex min-h-10 items-center gap-3 py-1.5 pl-0.5 text-[0.9375rem]">
      <Icon aria-hidden className="size-3.5 shrink-0 text-soft" />
      <span className="min-w-0 flex-1 leading-snug">
        {lesson.is_preview ? (
          <Link href={`/courses/${slug}/preview/${lesson.id}`} prefetch={false} className="link">
            {lesson.title}
          </Link>
        ) : (
          <>
            {lesson.title}
            <span className="sr-only">, {t("locked")}</span>
          </>
        )}
      </span>
      {lesson.is_preview && <Badge tone="accent">{t("preview")}</Badge>}
      {lesson.duration_minutes > 0 && (
        <span className="text-sm whitespace-nowrap text-soft tabular-nums">
          <Duration minutes={lesson.duration_minutes} />
        </span>
      )}
    </li>
  );
}
