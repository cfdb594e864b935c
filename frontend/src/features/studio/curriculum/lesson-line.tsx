"use client";

import { Video } from "lucide-react";
import { useTranslations } from "next-intl";

import { Badge } from "@/components/ui/badge";
import { Duration } from "@/components/ui/duration";
import { clsx } from "clsx";
import type { LessonHead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { isEmpty } from "../publish/checklist";
import { Grip, PartControls } from "./part-controls";
import type { Editing } from "./use-curriculum";
import { useDragged } from "./use-dragged";

interface Props extends Editing {
  courseId: string;
  lesson: LessonHead;
  up: boolean;
  down: boolean;
}

export function LessonLine({ courseId, lesson, up, down, change, move }: Props) {
  const t = useTranslations("studio.curriculum");
  const { handle, box, shape, isDragging } = useDragged("lesson", lesson.id);
  const { id, title, version } = lesson;
  return (
    <li
      ref={box}
      style={shape}
      className={clsx(
        "flex flex-wrap items-center gap-x-2 border-b border-rule bg-paper py-1.5",
        isDragging && "opacity-60",
      )}
    >
      <Grip handle={handle} />
      <div className="flex min-w-32 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5">
        <Link
          href={`/studio/courses/${courseId}/lessons/${id}`}
          className="inline-flex min-h-8 min-w-0 items-center break-words quiet-link"
        >
          <span className="min-w-0 wrap-anywhere">{title}</span>
        </Link>
        {lesson.is_preview && <Badge tone="accent">{t("preview")}</Badge>}
        {lesson.has_video && <Video aria-label={t("hasVideo")} role="img" className="size-4 text-soft" />}
        {isEmpty(lesson) && <Badge tone="warning">{t("noContent")}</Badge>}
        {lesson.duration_minutes > 0 && (
          <span className="text-sm text-soft">
            <Duration minutes={lesson.duration_minutes} />
          </span>
        )}
      </div>
      <PartControls
        id={id}
        title={title}
        up={up}
        down={down}
        move={(direction) => move("lesson", id, title, direction)}
        rename={(value) => change({ do: "renameLesson", id, title: value, version })}
        remove={() => change({ do: "deleteLesson", id })}
        warning={t("deleteLessonText", { title })}
      />
    </li>
  );
}
