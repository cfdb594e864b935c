"use client";

import { type RefObject, useCallback, useEffect, useRef } from "react";

import { VideoFrame } from "@/components/ui/video-frame";
import { ask } from "@/lib/api/browser";
import { isVideoUrl } from "@/lib/security/video-hosts";

import { usePlayerCourse } from "./player-course";
import { positionReader, REQUESTS, startingAt } from "./video-position";

const SAVE_EVERY_SECONDS = 10;

interface LessonVisitProps {
  lesson: { id: string; title: string; video_url: string | null };
  /** The position at which the video was left. */
  from: number;
}

/** Records that this lesson is open, and shows its video, which resumes where it was left. */
export function LessonVisit({ lesson, from }: LessonVisitProps) {
  const frame = useRef<HTMLDivElement>(null);
  const save = useSavedPosition(lesson, from);
  useReportedSeconds(frame, save);
  if (!lesson.video_url) return null;
  const url = isVideoUrl(lesson.video_url) ? startingAt(lesson.video_url, from) : lesson.video_url;
  return (
    <div ref={frame} className="mt-6">
      <VideoFrame url={url} title={lesson.title} />
    </div>
  );
}

/** Saves the visit once, then every step of ten seconds, and the last position when the user leaves. */
function useSavedPosition({ id, video_url }: LessonVisitProps["lesson"], from: number) {
  const { id: course_id, enrolled } = usePlayerCourse();
  const saved = useRef<number | null>(null);
  const latest = useRef(from);
  const sending = useRef(false);
  const save = useCallback(async () => {
    if (!enrolled || saved.current === latest.current) return;
    saved.current = latest.current;
    const body = { course_id, seconds: latest.current, video_url };
    await ask("PUT", `progress/lessons/${id}/position`, body).catch(() => undefined);
  }, [id, video_url, course_id, enrolled]);
  /** Save each due step, one after the other: of two requests at once the older one may arrive last. */
  const saveSteps = useCallback(async () => {
    const due = () => saved.current === null || Math.abs(latest.current - saved.current) >= SAVE_EVERY_SECONDS;
    if (!enrolled || sending.current) return;
    sending.current = true;
    while (due()) await save();
    sending.current = false;
  }, [enrolled, save]);
  useEffect(() => {
    const leave = () => document.visibilityState === "hidden" && void save();
    const hide = () => void save();
    void saveSteps();
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("pagehide", hide);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      window.removeEventListener("pagehide", hide);
      void save();
    };
  }, [save, saveSteps]);
  return (seconds: number) => {
    latest.current = seconds;
    void saveSteps();
  };
}

function useReportedSeconds(frame: RefObject<HTMLDivElement | null>, report: (seconds: number) => void) {
  const read = useRef(positionReader());
  useEffect(() => {
    const video = frame.current?.querySelector("iframe");
    if (!video) return;
    const subscribe = () => REQUESTS.forEach((request) => video.contentWindow?.postMessage(request, "*"));
    const receive = ({ source, data }: MessageEvent) => {
      const seconds = source === video.contentWindow ? read.current(data) : null;
      if (seconds !== null) report(seconds);
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
