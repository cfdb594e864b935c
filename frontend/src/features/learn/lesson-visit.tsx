"use client";

import { type RefObject, useEffect, useRef } from "react";

import { VideoFrame } from "@/components/ui/video-frame";
import { ask } from "@/lib/api/browser";
import { isVideoUrl } from "@/lib/security/video-hosts";

import { usePlayerCourse } from "./player-course";
import { REQUESTS, secondsIn, startingAt } from "./video-position";

const SAVE_EVERY_SECONDS = 10;

interface LessonVisitProps {
  lesson: { id: string; title: string; video_url: string | null };
  /** Where the video was left. */
  from: number;
}

/** Notes that this lesson is open, and shows its video, which goes on where it was left. */
export function LessonVisit({ lesson, from }: LessonVisitProps) {
  const frame = useRef<HTMLDivElement>(null);
  const save = useSavedPosition(lesson.id, from);
  useReportedSeconds(frame, save);
  if (!lesson.video_url) return null;
  const url = isVideoUrl(lesson.video_url) ? startingAt(lesson.video_url, from) : lesson.video_url;
  return (
    <div ref={frame} className="mt-6">
      <VideoFrame url={url} title={lesson.title} />
    </div>
  );
}

/** Tells the service of the visit once, and then of every step of ten seconds. A lost note is no harm. */
function useSavedPosition(lessonId: string, from: number) {
  const { id: course_id, enrolled } = usePlayerCourse();
  const saved = useRef<number | null>(null);
  const save = (seconds: number) => {
    if (!enrolled || (saved.current !== null && Math.abs(seconds - saved.current) < SAVE_EVERY_SECONDS)) return;
    saved.current = seconds;
    ask("PUT", `progress/lessons/${lessonId}/position`, { course_id, seconds }).catch(() => undefined);
  };
  useEffect(() => {
    save(from);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one note a visit
  }, [lessonId]);
  return save;
}

function useReportedSeconds(frame: RefObject<HTMLDivElement | null>, report: (seconds: number) => void) {
  useEffect(() => {
    const video = frame.current?.querySelector("iframe");
    if (!video) return;
    const subscribe = () => REQUESTS.forEach((request) => video.contentWindow?.postMessage(request, "*"));
    const receive = ({ source, data }: MessageEvent) => {
      const seconds = source === video.contentWindow ? secondsIn(data) : null;
      if (seconds) report(seconds);
    };
    subscribe();
    video.addEventListener("load", subscribe);
    window.addEventListener("message", receive);
    return () => {
      video.removeEventListener("load", subscribe);
      window.removeEventListener("message", receive);
    };
  });
}
