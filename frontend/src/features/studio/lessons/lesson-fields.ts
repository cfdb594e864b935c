import type { Lesson } from "@/lib/api/types";

/** The fields of a lesson that its teacher writes. */
export type LessonFields = Pick<Lesson, "title" | "content" | "video_url" | "duration_minutes" | "is_preview">;

export const lessonFields = (lesson: Lesson): LessonFields => ({
  title: lesson.title,
  content: lesson.content,
  video_url: lesson.video_url,
  duration_minutes: lesson.duration_minutes,
  is_preview: lesson.is_preview,
});
