"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useSelectedLayoutSegment } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";

import type { Curriculum } from "@/lib/api/types";

import { Outline } from "./outline";
import { type PlayerCourse, PlayerCourseContext } from "./player-course";

interface PlayerProps {
  course: PlayerCourse;
  title: string;
  modules: Curriculum["modules"];
  done: string[];
  children: ReactNode;
}

/** The frame of all lessons of a course. It stays mounted from lesson to lesson, and so do the marks. */
export function Player({ course, title, modules, done, children }: PlayerProps) {
  const [client] = useState(() => new QueryClient());
  useFocusOnHeading(useSelectedLayoutSegment());
  return (
    <QueryClientProvider client={client}>
      <PlayerCourseContext value={course}>
        <div className="page grid gap-x-14 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <Outline title={title} modules={modules} initiallyDone={done} />
          <div className="min-w-0 pt-6 lg:pt-12">{children}</div>
        </div>
      </PlayerCourseContext>
    </QueryClientProvider>
  );
}

/** After a step to another lesson, its heading gets the focus. */
function useFocusOnHeading(segment: string | null) {
  const shown = useRef(segment);
  useEffect(() => {
    if (shown.current === segment) return;
    shown.current = segment;
    document.querySelector<HTMLElement>("h1[tabindex]")?.focus();
  }, [segment]);
}
