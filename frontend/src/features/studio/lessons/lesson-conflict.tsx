"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";

import { Button } from "@/components/ui/button";
import type { Lesson } from "@/lib/api/types";

import { type LessonFields, lessonFields } from "./lesson-fields";

interface Props {
  theirs: Lesson;
  mine: LessonFields;
  keepMine: () => void;
  takeTheirs: () => void;
}

/** Another window saved the lesson too: shows its text, and lets the user choose which one to keep. */
export function LessonConflict({ theirs, mine, keepMine, takeTheirs }: Props) {
  const t = useTranslations("studio.conflict");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const other = lessonFields(theirs);
  const names = (["title", "content", "video_url", "duration_minutes", "is_preview"] as const).filter(
    (name) => other[name] !== mine[name],
  );
  return (
    <div ref={box} tabIndex={-1} role="alert" className="border-l-4 border-danger bg-danger-soft px-5 py-4">
      <h2 className="font-sans text-base font-medium tracking-normal">{t("title")}</h2>
      <p className="mt-1 max-w-prose text-[0.9375rem]">{t("lesson")}</p>
      <dl className="mt-3 space-y-2 text-[0.9375rem]">
        {names.map((name) => (
          <div key={name}>
            <dt className="text-sm text-soft">{t(`field.${name}`)}</dt>
            <dd
              tabIndex={name === "content" ? 0 : undefined}
              className="max-h-48 overflow-y-auto break-words whitespace-pre-line"
            >
              {name === "is_preview" ? t(other.is_preview ? "yes" : "no") : (other[name] ?? t("empty"))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 flex flex-wrap gap-3">
        <Button onClick={keepMine}>{t("keepMine")}</Button>
        <Button look="secondary" onClick={takeTheirs}>
          {t("takeTheirs")}
        </Button>
      </div>
    </div>
  );
}
