import type { Curriculum } from "@/lib/api/types";

export interface LessonLink {
  id: string;
  title: string;
}

/** All lessons of a course, in the order in which they are taken. */
export function lessonsOf(curriculum: Pick<Curriculum, "modules">): LessonLink[] {
  return curriculum.modules.flatMap(({ lessons }) => lessons.map(({ id, title }) => ({ id, title })));
}

/**
 * Where to go on: the lesson that was open last while it is not done, else the first one after it that is not done,
 * else the first of all. Who has done everything gets the lesson that was open last.
 */
export function lessonToResume(lessons: LessonLink[], done: string[], last: string | null): LessonLink | undefined {
  const from = Math.max(
    0,
    lessons.findIndex(({ id }) => id === last),
  );
  const ahead = [...lessons.slice(from), ...lessons.slice(0, from)];
  return ahead.find(({ id }) => !done.includes(id)) ?? lessons[from];
}
