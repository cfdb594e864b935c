"use client";

import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { clsx } from "clsx";
import type { ModuleOutline } from "@/lib/api/types";

import { LessonLine } from "./lesson-line";
import { Grip, PartControls } from "./part-controls";
import { TitleDialog } from "./title-dialog";
import type { Editing } from "./use-curriculum";
import { useDragged } from "./use-dragged";

interface Props extends Editing {
  courseId: string;
  module: ModuleOutline;
  first: boolean;
  last: boolean;
}

export function ModuleEditor({ courseId, module, first, last, change, move }: Props) {
  const t = useTranslations("studio.curriculum");
  const { handle, box, shape, isDragging } = useDragged("module", module.id);
  const { id, title, version, lessons } = module;
  return (
    <li ref={box} style={shape} className={clsx("bg-paper", isDragging && "opacity-60")}>
      <div className="flex flex-wrap items-center gap-x-2 border-b border-rule-strong pb-2">
        <Grip handle={handle} />
        <h2 className="min-w-32 flex-1 text-lg break-words">{title}</h2>
        <PartControls
          id={id}
          title={title}
          up={!first}
          down={!last}
          move={(direction) => move("module", id, title, direction)}
          rename={(value) => change({ do: "renameModule", id, title: value, version })}
          remove={() => change({ do: "deleteModule", id })}
          warning={t("deleteModuleText", { title, count: lessons.length })}
        />
      </div>
      <SortableContext items={lessons.map((lesson) => lesson.id)} strategy={verticalListSortingStrategy}>
        <ol>
          {lessons.map((lesson, index) => (
            <LessonLine
              key={lesson.id}
              courseId={courseId}
              lesson={lesson}
              up={!first || index > 0}
              down={!last || index < lessons.length - 1}
              change={change}
              move={move}
            />
          ))}
        </ol>
      </SortableContext>
      {lessons.length === 0 && <p className="border-b border-rule py-3 text-[0.9375rem] text-soft">{t("noLessons")}</p>}
      <TitleDialog
        title={t("addLesson")}
        submit={t("add")}
        label={t("lessonTitle")}
        save={(value) => change({ do: "addLesson", id, title: value })}
        trigger={
          <Button look="quiet" className="mt-1 -ml-3" aria-label={t("addLessonTo", { module: title })}>
            <Plus aria-hidden className="size-4" />
            {t("addLesson")}
          </Button>
        }
      />
    </li>
  );
}
