"use client";

import { createContext, use } from "react";

import type { LessonLink } from "./resume";

/** What the components of the player know about the open course. */
export interface PlayerCourse {
  id: string;
  slug: string;
  lessons: LessonLink[];
  /** Whether marks are saved; a teacher who views their own course has none. */
  enrolled: boolean;
}

export const PlayerCourseContext = createContext<PlayerCourse | null>(null);

export function usePlayerCourse(): PlayerCourse {
  const course = use(PlayerCourseContext);
  if (!course) throw new Error("This part belongs into <Player>.");
  return course;
}
