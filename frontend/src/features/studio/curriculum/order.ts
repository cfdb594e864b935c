import type { ModuleOutline } from "@/lib/api/types";

export type Direction = "up" | "down";

/** Return the modules with one of them moved up or down by one; the same list if that is not possible. */
export function moveModule(modules: ModuleOutline[], id: string, direction: Direction): ModuleOutline[] {
  const from = modules.findIndex((module) => module.id === id);
  return moved(modules, from, from + step(direction));
}

/** Return the order with a lesson moved up or down by one; past the edge of its module it goes to the next one. */
export function moveLesson(modules: ModuleOutline[], id: string, direction: Direction): ModuleOutline[] {
  const place = findLesson(modules, id);
  if (!place) return modules;
  const own = modules[place.module]!;
  const index = place.index + step(direction);
  if (index >= 0 && index < own.lessons.length) return placeLesson(modules, id, own.id, index);
  const next = modules[place.module + step(direction)];
  if (!next) return modules;
  return placeLesson(modules, id, next.id, direction === "up" ? next.lessons.length : 0);
}

/** Return the order with a lesson at an index of a module, counted without the lesson itself. */
export function placeLesson(modules: ModuleOutline[], id: string, moduleId: string, index: number): ModuleOutline[] {
  const lesson = modules.flatMap((module) => module.lessons).find((one) => one.id === id);
  if (!lesson) return modules;
  return modules.map((module) => {
    const others = module.lessons.filter((one) => one.id !== id);
    if (module.id === moduleId) others.splice(index, 0, { ...lesson, module_id: moduleId });
    return others.length === module.lessons.length && module.id !== moduleId ? module : { ...module, lessons: others };
  });
}

/** Return the position of a lesson, counted from 0. */
export function findLesson(modules: ModuleOutline[], id: string): { module: number; index: number } | undefined {
  for (const [module, { lessons }] of modules.entries()) {
    const index = lessons.findIndex((lesson) => lesson.id === id);
    if (index >= 0) return { module, index };
  }
}

/** Return the order as the service expects it. */
export function orderOf(modules: ModuleOutline[]) {
  return modules.map(({ id, lessons }) => ({ id, lessons: lessons.map((lesson) => lesson.id) }));
}

export function moved<T>(list: T[], from: number, to: number): T[] {
  if (from < 0 || to < 0 || to >= list.length) return list;
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}

const step = (direction: Direction) => (direction === "up" ? -1 : 1);
