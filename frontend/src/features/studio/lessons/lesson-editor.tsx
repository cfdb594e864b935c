"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState, useSyncExternalStore } from "react";

import { Checkbox, Input } from "@/components/ui/input";
import { VideoFrame } from "@/components/ui/video-frame";
import type { Lesson } from "@/lib/api/types";
import { useRouter } from "@/lib/i18n/navigation";

import { DraftField } from "./draft-field";
import { LessonConflict } from "./lesson-conflict";
import { LessonDraft } from "./lesson-draft";
import { MarkdownEditor } from "./markdown-editor";
import { SaveStatus } from "./save-status";

/** The editor of a lesson; what is typed is saved automatically. */
export function LessonEditor({ lesson }: { lesson: Lesson }) {
  const t = useTranslations("studio.lesson");
  const router = useRouter();
  const [draft] = useState(() => new LessonDraft(lesson));
  const now = useSyncExternalStore(draft.subscribe, draft.read, draft.read);
  const { fields, invalid } = now;

  useEffect(() => {
    const stop = draft.start();
    return () => {
      stop();
      // The browser caches pages that it showed before: they are outdated now.
      if (draft.savedAnything) router.refresh();
    };
  }, [draft, router]);

  const wrong = (name: "title" | "video_url" | "duration_minutes") =>
    invalid.has(name) ? t(`wrong.${name}`) : undefined;
  return (
    <div className="space-y-6">
      <SaveStatus now={now} save={() => void draft.save()} />
      {now.theirs && (
        <LessonConflict
          theirs={now.theirs}
          mine={fields}
          keepMine={() => draft.keepMine()}
          takeTheirs={() => draft.takeTheirs()}
        />
      )}
      <DraftField id="title" label={t("title")} error={wrong("title")}>
        {(control) => (
          <Input
            {...control}
            value={fields.title}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => draft.change({ title: event.target.value })}
          />
        )}
      </DraftField>
      <MarkdownEditor value={fields.content} change={(content) => draft.change({ content })} />
      <div className="grid gap-6 border-t border-rule pt-6 lg:grid-cols-2 lg:gap-10">
        <DraftField id="video_url" label={t("video")} hint={t("videoHint")} error={wrong("video_url")}>
          {(control) => (
            <Input
              {...control}
              type="url"
              value={fields.video_url ?? ""}
              maxLength={2000}
              autoComplete="off"
              onChange={(event) => draft.change({ video_url: event.target.value.trim() || null })}
            />
          )}
        </DraftField>
        <div className="lg:row-span-3">
          {now.video ? (
            <VideoFrame key={now.video} url={now.video} title={fields.title} />
          ) : (
            <p className="flex aspect-video items-center justify-center rounded-panel bg-sunken px-6 text-center text-sm text-soft">
              {t("noVideo")}
            </p>
          )}
          {now.video && <p className="mt-2 text-sm break-all text-soft">{t("embedded", { url: now.video })}</p>}
        </div>
        <DurationField
          initial={fields.duration_minutes}
          error={wrong("duration_minutes")}
          change={(duration_minutes) => draft.change({ duration_minutes })}
        />
        <label className="flex min-h-11 items-start gap-3 self-start">
          <Checkbox
            name="is_preview"
            className="mt-0.5"
            checked={fields.is_preview}
            onChange={(event) => draft.change({ is_preview: event.target.checked })}
          />
          <span>
            <span className="block text-[0.9375rem] font-medium">{t("preview")}</span>
            <span className="text-sm text-soft">{t("previewHint")}</span>
          </span>
        </label>
      </div>
    </div>
  );
}

/** Keeps what was typed, even if it is not a number. */
function DurationField(props: { initial: number; error?: string; change: (minutes: number) => void }) {
  const t = useTranslations("studio.lesson");
  const [typed, setTyped] = useState<string>();
  return (
    <DraftField id="duration_minutes" label={t("minutes")} error={props.error}>
      {(control) => (
        <Input
          {...control}
          value={typed ?? String(props.initial)}
          inputMode="numeric"
          autoComplete="off"
          className="max-w-32"
          onChange={({ target }) => {
            setTyped(target.value);
            props.change(/^\d{0,5}$/.test(target.value.trim()) ? Number(target.value) : NaN);
          }}
        />
      )}
    </DraftField>
  );
}
