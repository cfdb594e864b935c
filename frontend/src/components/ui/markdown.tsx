import { getTranslations } from "next-intl/server";

import { renderMarkdown } from "@/lib/markdown/render";

import { MarkdownHtml } from "./markdown-html";

/** A user's text as Markdown. If rendering takes too long, the source text is shown. */
export async function Markdown({ children, level = 2 }: { children: string; level?: 2 | 3 }) {
  const t = await getTranslations("common.markdown");
  const labels = {
    footnotes: t("footnotes"),
    backToText: t("backToText", { number: "{number}" }),
    taskDone: t("taskDone"),
    taskOpen: t("taskOpen"),
  };
  const html = await renderMarkdown(children, { level, labels });
  if (html === undefined) return <div className="prose whitespace-pre-line">{children}</div>;
  return <MarkdownHtml html={html} />;
}
