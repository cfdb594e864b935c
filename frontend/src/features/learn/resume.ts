import type { Curriculum } from "@/lib/api/types";

export interface LessonLink {
  id: string;
  title: string;
}

/** All lessons of a course, in order. */
export function lessonsOf(curriculum: Pick<Curriculum, "modules">): LessonLink[] {
  return curriculum.modules.flatMap(({ lessons }) => lessons.map(({ id, title }) => ({ id, title })));
}

/**
 * Return the lesson at which to resume: the one opened last if it is not done, else the first one after it that is not
 * done, else the first of all. When everything is done, it is the lesson opened last.
 */
export function lessonToResume(lessons: LessonLink[], done: string[], last: string | null): LessonLink | undefined {
  const from = Math.max(
    0,
    lessons.findIndex(({ id }) => id === last),
  );
  const ahead = [...lessons.slice(from), ...lessons.slice(0, from)];
  return ahead.find(({ id }) => !done.includes(id)) ?? lessons[from];
}
