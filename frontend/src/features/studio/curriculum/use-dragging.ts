import {
  closestCenter,
  type CollisionDetection,
  type DragEndEvent,
  type DragOverEvent,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { useRef } from "react";

import type { ModuleOutline } from "@/lib/api/types";

import { findLesson, moved, placeLesson } from "./order";

/** A module is dragged over modules only; a lesson over all. */
const collisions: CollisionDetection = (args) => {
  const kind = args.active.data.current?.kind as string;
  const containers = args.droppableContainers.filter((one) => kind === "lesson" || one.data.current?.kind === kind);
  return closestCenter({ ...args, droppableContainers: containers });
};

/** Moves by pointer; for the keyboard there are buttons. */
export function useDragging(
  modules: ModuleOutline[],
  show: (modules: ModuleOutline[]) => void,
  save: (modules: ModuleOutline[], before: ModuleOutline[]) => unknown,
) {
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));
  const before = useRef(modules);

  const onDragOver = ({ active, over }: DragOverEvent) => {
    if (!over || active.data.current?.kind !== "lesson") return;
    const target = placeUnder(modules, String(over.id));
    const from = findLesson(modules, String(active.id));
    if (!target || !from || target.moduleId === modules[from.module]!.id) return;
    show(placeLesson(modules, String(active.id), target.moduleId, target.index));
  };

  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (!over) return show(before.current);
    const next = dropped(modules, String(active.id), String(over.id), active.data.current?.kind === "module");
    if (next !== before.current) save(next, before.current);
  };

  return {
    context: {
      sensors,
      collisionDetection: collisions,
      onDragStart: () => {
        before.current = modules;
      },
      onDragOver,
      onDragEnd,
      onDragCancel: () => show(before.current),
    },
  };
}

function dropped(modules: ModuleOutline[], id: string, over: string, isModule: boolean): ModuleOutline[] {
  if (isModule) {
    const indexOf = (wanted: string) => modules.findIndex((module) => module.id === wanted);
    return id === over ? modules : moved(modules, indexOf(id), indexOf(over));
  }
  const target = findLesson(modules, over);
  if (id === over || !target) return modules;
  return placeLesson(modules, id, modules[target.module]!.id, target.index);
}

/** Return where a lesson goes that is dragged over another lesson, or over a module: to its end. */
function placeUnder(modules: ModuleOutline[], over: string): { moduleId: string; index: number } | undefined {
  const lesson = findLesson(modules, over);
  if (lesson) return { moduleId: modules[lesson.module]!.id, index: lesson.index };
  const held = modules.find((one) => one.id === over);
  return held && { moduleId: held.id, index: held.lessons.length };
}
