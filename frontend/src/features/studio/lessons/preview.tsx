import { Video } from "lucide-react";
import { useTranslations } from "next-intl";

import { Duration } from "@/components/ui/duration";
import { Markdown } from "@/components/ui/markdown";
import { VideoFrame } from "@/components/ui/video-frame";
import type { Lesson, ModuleOutline } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

interface OutlineProps {
  courseId: string;
  modules: ModuleOutline[];
  current?: string;
}

/** The lessons of a course as its students see them. */
export function PreviewOutline({ courseId, modules, current }: OutlineProps) {
  const t = useTranslations("studio");
  return (
    <nav aria-label={t("preview.outline")} className="space-y-6">
      {modules.map((module) => (
        <section key={module.id}>
          <h2 className="border-b border-rule pb-2 font-sans text-sm font-semibold tracking-normal break-words">
            {module.title}
          </h2>
          <ol>
            {module.lessons.map((lesson) => (
              <li key={lesson.id}>
                <Link
                  href={`/studio/courses/${courseId}/preview?lesson=${lesson.id}`}
                  aria-current={lesson.id === current ? "page" : undefined}
                  className="flex min-h-10 items-center gap-2 border-l-2 border-transparent py-1.5 pl-3 text-[0.9375rem] leading-snug text-soft hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
                >
                  <span className="min-w-0 flex-1 wrap-anywhere">{lesson.title}</span>
                  {lesson.has_video && <Video aria-hidden className="size-4 shrink-0" />}
                </Link>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </nav>
  );
}

export function PreviewLesson({ lesson }: { lesson: Lesson }) {
  const t = useTranslations("studio.preview");
  return (
    <article className="min-w-0">
      <h2 className="text-2xl break-words sm:text-3xl">{lesson.title}</h2>
      {lesson.duration_minutes > 0 && (
        <p className="mt-1 text-sm text-soft">
          <Duration minutes={lesson.duration_minutes} />
        </p>
      )}
      <div className="mt-6 space-y-8">
        {lesson.video_url && <VideoFrame url={lesson.video_url} title={lesson.title} />}
        {lesson.content.trim() ? (
          <Markdown level={3}>{lesson.content}</Markdown>
        ) : (
          <p className="text-soft">{t("nothing")}</p>
        )}
      </div>
    </article>
  );
}
