"use client";

import { DndContext } from "@dnd-kit/core";
import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import type { ModuleOutline } from "@/lib/api/types";

import { ModuleEditor } from "./module-editor";
import { type Direction, findLesson, moveLesson, moveModule } from "./order";
import { TitleDialog } from "./title-dialog";
import { useCurriculum } from "./use-curriculum";
import { useDragging } from "./use-dragging";

/** Modules and lessons: added, renamed, deleted, and moved by dragging or by buttons. */
export function CurriculumEditor({ courseId, initial }: { courseId: string; initial: ModuleOutline[] }) {
  const t = useTranslations("studio.curriculum");
  const { modules, setModules, refusal, busy, change, reorder } = useCurriculum(courseId, initial);
  const dragging = useDragging(modules, setModules, reorder);
  const [said, setSaid] = useState("");
  const keepFocus = useFocusAfterMove(modules);

  const move = (kind: "module" | "lesson", id: string, title: string, direction: Direction) => {
    const next = kind === "module" ? moveModule(modules, id, direction) : moveLesson(modules, id, direction);
    if (next === modules) return;
    keepFocus(`${direction}-${id}`);
    setSaid(placeOf(kind, id, title, next));
    void reorder(next);
  };

  const placeOf = (kind: "module" | "lesson", id: string, title: string, list: ModuleOutline[]) => {
    if (kind === "module") {
      return t("movedModule", { title, place: list.findIndex((one) => one.id === id) + 1, total: list.length });
    }
    const place = findLesson(list, id)!;
    const { lessons, title: name } = list[place.module]!;
    return t("movedLesson", { title, place: place.index + 1, total: lessons.length, module: name });
  };

  return (
    <div className="max-w-3xl" aria-busy={busy}>
      <p className="mb-6 max-w-prose text-soft">{t("text")}</p>
      <p role="status" className="sr-only">
        {said}
      </p>
      {refusal && (
        <p role="alert" className="mb-6 border-l-4 border-danger bg-danger-soft px-4 py-3 text-[0.9375rem]">
          {refusal}
        </p>
      )}
      <DndContext id="curriculum" {...dragging.context}>
        <SortableContext items={modules.map((module) => module.id)} strategy={verticalListSortingStrategy}>
          <ol className="space-y-8">
            {modules.map((module, index) => (
              <ModuleEditor
                key={module.id}
                courseId={courseId}
                module={module}
                first={index === 0}
                last={index === modules.length - 1}
                change={change}
                move={move}
              />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      {modules.length === 0 && <EmptyState title={t("empty")}>{t("emptyText")}</EmptyState>}
      <div className="mt-8">
        <TitleDialog
          title={t("addModule")}
          submit={t("add")}
          label={t("moduleTitle")}
          save={(title) => change({ do: "addModule", title })}
          trigger={
            <Button look="secondary">
              <Plus aria-hidden className="size-4" />
              {t("addModule")}
            </Button>
          }
        />
      </div>
    </div>
  );
}

/** A moved row is re-created whenever it changes its module, also back and forth: its button takes the focus again. */
function useFocusAfterMove(modules: ModuleOutline[]) {
  const wanted = useRef<string>(undefined);
  useEffect(() => {
    if (!wanted.current) return;
    const focused = document.activeElement;
    if (focused === document.body) document.getElementById(wanted.current)?.focus();
    else if (focused?.id !== wanted.current) wanted.current = undefined;
  }, [modules]);
  return (id: string) => {
    wanted.current = id;
  };
}
