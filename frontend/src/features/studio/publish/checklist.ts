import type { FieldError } from "@/lib/api/result";
import type { CourseRead, LessonHead } from "@/lib/api/types";

/** The requirements of a published course, named as in the service's error; `content` is that of the lessons. */
export const PARTS = ["title", "description", "category", "lessons", "content"] as const;
export type Part = (typeof PARTS)[number];

/** Return which requirements the course meets. Only a hint: the service decides when the course is published. */
export function presentParts(course: CourseRead, empty: LessonHead[]): Record<Part, boolean> {
  return {
    title: course.title.trim() !== "",
    description: course.description.trim() !== "",
    category: course.category !== null,
    lessons: course.lesson_count > 0,
    content: empty.length === 0,
  };
}

/** Return whether a lesson has neither text nor a video. */
export const isEmpty = (lesson: LessonHead): boolean => !lesson.has_text && !lesson.has_video;

/** Return the requirement that an error of the service is about. */
export function partOf({ field, type }: FieldError): Part | undefined {
  return type === "empty_lesson" ? "content" : PARTS.find((part) => `course.${part}` === field);
}
