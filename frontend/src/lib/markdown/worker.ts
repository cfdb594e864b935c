import { type MarkdownOptions, markdownToHtml } from "./to-html";

/** The task of a worker thread; `markdown-worker.build.mjs` makes one file of it. */
export default function render({ text, options }: { text: string; options: MarkdownOptions }): string {
  return markdownToHtml(text, options);
}
