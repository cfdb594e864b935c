"use client";

import { createContext, use } from "react";

import type { LessonLink } from "./resume";

/** What the parts of the player know of the course that is open. */
export interface PlayerCourse {
  id: string;
  slug: string;
  lessons: LessonLink[];
  /** Whether marks are kept; a teacher who looks at the own course has none. */
  enrolled: boolean;
}

export const PlayerCourseContext = createContext<PlayerCourse | null>(null);

export function usePlayerCourse(): PlayerCourse {
  const course = use(PlayerCourseContext);
  if (!course) throw new Error("This part belongs into <Player>.");
  return course;
}
