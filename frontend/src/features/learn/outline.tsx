"use client";

import { Check, Circle, ListTree, PlayCircle } from "lucide-react";
import { useSelectedLayoutSegment } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";

import { Duration } from "@/components/ui/duration";
import { Progress } from "@/components/ui/progress";
import type { Curriculum } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { useDone } from "./marks";
import { usePlayerCourse } from "./player-course";

type Lesson = Curriculum["modules"][number]["lessons"][number];

interface OutlineProps {
  title: string;
  modules: Curriculum["modules"];
  initiallyDone: string[];
}

/** All lessons with their marks: beside the lesson on wide screens, behind a button on narrow ones. */
export function Outline({ title, modules, initiallyDone }: OutlineProps) {
  const t = useTranslations("learn.player");
  const { slug, lessons, enrolled } = usePlayerCourse();
  const done = useDone(initiallyDone);
  const current = useSelectedLayoutSegment();
  const count = lessons.filter(({ id }) => done.includes(id)).length;
  const list = useClosedAfterStep(current);
  const column = useCurrentInSight(current);
  return (
    <div className="border-b border-rule pt-5 pb-4 lg:border-b-0 lg:pt-12">
      <div
        ref={column}
        className="lg:sticky lg:top-24 lg:-mx-2 lg:max-h-[calc(100dvh-7rem)] lg:overflow-y-auto lg:px-2 lg:pb-6"
      >
        <p className="font-serif text-lg leading-snug font-semibold [overflow-wrap:anywhere]">
          {/* The link itself is cut: lines of it that only its parent hides would still cover what is below. */}
          <Link href={`/courses/${slug}`} prefetch={false} className="line-clamp-2 quiet-link lg:line-clamp-4">
            {title}
          </Link>
        </p>
        {enrolled && (
          <div className="mt-3 space-y-2">
            <Progress value={lessons.length ? (100 * count) / lessons.length : 0} label={t("progress")} />
            <p className="text-sm text-soft tabular-nums">{t("count", { done: count, total: lessons.length })}</p>
          </div>
        )}
        <button
          type="button"
          popoverTarget="outline"
          className="mt-2 inline-flex min-h-11 items-center gap-2 text-[0.9375rem] font-medium lg:hidden"
        >
          <ListTree aria-hidden className="size-4" />
          {t("outline")}
        </button>
        <nav
          id="outline"
          ref={list}
          popover="auto"
          onToggle={({ currentTarget }) =>
            currentTarget.querySelector("[aria-current]")?.scrollIntoView({ block: "center" })
          }
          aria-label={t("outline")}
          className="menu right-4 left-4 w-[calc(100vw-2rem)] lg:static lg:-mx-2 lg:mt-6 lg:block lg:max-h-none lg:w-auto lg:max-w-none lg:overflow-visible lg:rounded-none lg:border-0 lg:bg-transparent lg:p-0 lg:shadow-none"
        >
          {modules.map((module) => (
            <details
              key={module.id}
              open={!isFinished(module, done) || module.lessons.some(({ id }) => id === current)}
              className="mx-2 border-t border-rule py-3 first:border-t-0 lg:first:border-t"
            >
              <summary className="flex min-h-8 items-center gap-2 py-1">
                <h2 className="min-w-0 flex-1 font-sans text-sm font-semibold tracking-normal [overflow-wrap:anywhere]">
                  {module.title}
                </h2>
                {isFinished(module, done) && <Check aria-label={t("done")} className="size-4 shrink-0 text-success" />}
              </summary>
              <ol className="-mx-2">
                {module.lessons.map((lesson) => (
                  <OutlineItem
                    key={lesson.id}
                    lesson={lesson}
                    href={`/learn/${slug}/${lesson.id}`}
                    done={done.includes(lesson.id)}
                    current={lesson.id === current}
                  />
                ))}
              </ol>
            </details>
          ))}
        </nav>
      </div>
    </div>
  );
}

function isFinished({ lessons }: Curriculum["modules"][number], done: string[]): boolean {
  return lessons.length > 0 && lessons.every(({ id }) => done.includes(id));
}

function OutlineItem(props: { lesson: Lesson; href: string; done: boolean; current: boolean }) {
  const t = useTranslations("learn.player");
  const { lesson, done, current } = props;
  const Icon = done ? Check : lesson.has_video ? PlayCircle : Circle;
  return (
    <li>
      <Link
        href={props.href}
        prefetch={false}
        aria-current={current ? "page" : undefined}
        className="flex min-h-10 items-start gap-3 rounded-control px-2 py-2 text-[0.9375rem] leading-snug hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:font-medium"
      >
        <Icon
          aria-hidden
          className={done ? "mt-0.5 size-4 shrink-0 text-success" : "mt-0.5 size-4 shrink-0 text-soft"}
        />
        <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          {lesson.title}
          {done && <span className="sr-only">, {t("done")}</span>}
        </span>
        {lesson.duration_minutes > 0 && (
          <span className="text-sm font-normal whitespace-nowrap text-soft tabular-nums">
            <Duration minutes={lesson.duration_minutes} />
          </span>
        )}
      </Link>
    </li>
  );
}

/** On wide screens the list scrolls separately: the current lesson is in the middle of it. */
function useCurrentInSight(current: string | null) {
  const column = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [box, item] = [column.current, column.current?.querySelector("[aria-current]")];
    if (!box || !item || box.scrollHeight <= box.clientHeight) return;
    const offset = item.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += offset - box.clientHeight / 2;
  }, [current]);
  return column;
}

function useClosedAfterStep(current: string | null) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    if (list.current?.matches(":popover-open")) list.current.hidePopover();
  }, [current]);
  return list;
}
