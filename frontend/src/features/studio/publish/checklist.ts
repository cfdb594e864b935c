import type { CourseRead } from "@/lib/api/types";

/** What a published course must have; the names are those of the service's refusal. */
export const PARTS = ["title", "description", "category", "lessons"] as const;
export type Part = (typeof PARTS)[number];

/** Which parts the course has already. A hint only: the service decides when the course is published. */
export function presentParts(course: CourseRead): Record<Part, boolean> {
  return {
    title: course.title.trim() !== "",
    description: course.description.trim() !== "",
    category: course.category !== null,
    lessons: course.lesson_count > 0,
  };
}

/** `course.lessons`, as the service names it, is the part `lessons`. */
export function partOf(field: string): Part | undefined {
  return PARTS.find((part) => part === field.split(".").at(-1));
}
