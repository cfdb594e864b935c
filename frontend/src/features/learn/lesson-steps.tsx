"use client";

import { ArrowLeft, ArrowRight, Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { Button, buttonClass } from "@/components/ui/button";
import { Link, useRouter } from "@/lib/i18n/navigation";

import { useDone, useMark } from "./marks";
import { usePlayerCourse } from "./player-course";
import type { LessonLink } from "./resume";

/** Below a lesson: mark as done and continue with the next one, or go back. */
export function LessonSteps({ lesson }: { lesson: LessonLink }) {
  const t = useTranslations("learn.player");
  const { slug, lessons, enrolled } = usePlayerCourse();
  const done = useDone();
  const index = lessons.findIndex(({ id }) => id === lesson.id);
  const [previous, next] = [lessons[index - 1], lessons[index + 1]];
  return (
    <nav
      aria-label={t("steps")}
      className="mt-12 flex flex-wrap items-center justify-between gap-x-4 gap-y-3 border-t border-rule pt-6"
    >
      {previous ? (
        <Link href={`/learn/${slug}/${previous.id}`} prefetch={false} className={buttonClass("quiet", "-ml-3")}>
          <ArrowLeft aria-hidden className="size-4" />
          {t("previous")}
        </Link>
      ) : (
        <span />
      )}
      <div className="flex flex-wrap items-center justify-end gap-3 max-sm:order-first max-sm:w-full">
        {enrolled && done.includes(lesson.id) ? (
          <DoneMark lesson={lesson} />
        ) : (
          next && (
            <Link href={`/learn/${slug}/${next.id}`} prefetch={false} className={buttonClass("quiet", "max-sm:-ml-3")}>
              {t(enrolled ? "skip" : "next")}
            </Link>
          )
        )}
        {enrolled && <Onward lesson={lesson} next={next} done={done} />}
      </div>
    </nav>
  );
}

function DoneMark({ lesson }: { lesson: LessonLink }) {
  const t = useTranslations("learn.player");
  const mark = useMark();
  return (
    <>
      <span className="inline-flex items-center gap-1.5 text-[0.9375rem] text-success">
        <Check aria-hidden className="size-4" />
        {t("done")}
      </span>
      <Button look="quiet" onClick={() => mark.mutate({ lesson, done: false })}>
        {t("undo")}
      </Button>
    </>
  );
}

/** Marks the lesson and continues at once; only the last step waits, since the certificate results from it. */
function Onward(props: { lesson: LessonLink; next: LessonLink | undefined; done: string[] }) {
  const t = useTranslations("learn.player");
  const { slug, lessons } = usePlayerCourse();
  const { lesson, next, done } = props;
  const router = useRouter();
  const mark = useMark();
  const [leaving, setLeaving] = useState(false);
  const isDone = done.includes(lesson.id);
  const left = lessons.filter(({ id }) => id !== lesson.id && !done.includes(id));
  const target = next ?? left[0];
  const atEnd = left.length === 0 && (!isDone || !next);
  const goOn = async () => {
    if (leaving) return;
    setLeaving(true);
    // For a completed lesson, too: a user with nothing left to do may still be due a certificate.
    if (atEnd) {
      const saved = await mark.mutateAsync({ lesson, done: true }).then(
        () => true,
        () => false,
      );
      if (!saved) return setLeaving(false);
    } else if (!isDone) mark.mutate({ lesson, done: true });
    router.push(atEnd ? `/learn/${slug}/finished` : `/learn/${slug}/${target!.id}`);
  };
  const label = atEnd ? (isDone ? "certificate" : "finish") : isDone ? "next" : "complete";
  return (
    <Button aria-disabled={leaving} onClick={goOn} className="max-sm:flex-1">
      {t(label)}
      <ArrowRight aria-hidden className="size-4" />
    </Button>
  );
}
