import type { CourseRead } from "@/lib/api/types";

/** The requirements of a published course, named as in the service's error. */
export const PARTS = ["title", "description", "category", "lessons"] as const;
export type Part = (typeof PARTS)[number];

/** Return which requirements the course meets. Only a hint: the service decides when the course is published. */
export function presentParts(course: CourseRead): Record<Part, boolean> {
  return {
    title: course.title.trim() !== "",
    description: course.description.trim() !== "",
    category: course.category !== null,
    lessons: course.lesson_count > 0,
  };
}

/** `course.lessons`, as the service names it, is the requirement `lessons`. */
export function partOf(field: string): Part | undefined {
  return PARTS.find((part) => part === field.split(".").at(-1));
}
