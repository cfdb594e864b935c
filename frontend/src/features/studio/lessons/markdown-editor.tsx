"use client";

import { useTranslations } from "next-intl";
import { useDeferredValue, useMemo, useState } from "react";

import { Textarea } from "@/components/ui/input";
import { MarkdownHtml } from "@/components/ui/markdown-html";
import { clsx } from "clsx";
import { markdownToHtml } from "@/lib/markdown/to-html";

/** Markdown beside its preview; on narrow screens one or the other. */
export function MarkdownEditor({ value, change }: { value: string; change: (value: string) => void }) {
  const t = useTranslations("studio.lesson");
  const [shown, setShown] = useState<"write" | "read">("write");
  const text = useDeferredValue(value);
  return (
    <div className="space-y-1.5">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-1">
        <label htmlFor="text" className="block text-[0.9375rem] font-medium">
          {t("content")}
        </label>
        <div role="group" aria-label={t("view")} className="flex lg:hidden">
          {(["write", "read"] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={shown === name}
              onClick={() => setShown(name)}
              className="inline-flex min-h-11 items-center px-2.5 text-sm text-soft aria-pressed:font-medium aria-pressed:text-ink aria-pressed:underline aria-pressed:underline-offset-8"
            >
              {t(name)}
            </button>
          ))}
        </div>
      </div>
      <p id="hint-of-text" className="text-sm text-soft">
        {t("contentHint")}
      </p>
      <div className="grid gap-6 lg:grid-cols-2 lg:gap-10">
        <Textarea
          id="text"
          name="content"
          value={value}
          maxLength={200_000}
          rows={22}
          autoComplete="off"
          aria-describedby="hint-of-text"
          onChange={(event) => change(event.target.value)}
          className={clsx("font-mono text-sm!", shown === "read" && "max-lg:hidden")}
        />
        <section
          aria-label={t("result")}
          tabIndex={0}
          className={clsx(
            "max-h-[36rem] overflow-y-auto border-rule lg:border-l lg:pl-10",
            shown === "write" && "max-lg:hidden",
          )}
        >
          {text.trim() ? <Preview text={text} /> : <p className="text-soft">{t("nothing")}</p>}
        </section>
      </div>
    </div>
  );
}

/** The user's own text, rendered in their own browser. */
function Preview({ text }: { text: string }) {
  const t = useTranslations("common.markdown");
  const html = useMemo(() => {
    const labels = {
      footnotes: t("footnotes"),
      backToText: t("backToText", { number: "{number}" }),
      taskDone: t("taskDone"),
      taskOpen: t("taskOpen"),
    };
    return markdownToHtml(text, { level: 2, labels });
  }, [text, t]);
  return <MarkdownHtml html={html} />;
}
