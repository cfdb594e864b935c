import { type MarkdownOptions, markdownToHtml } from "./to-html";

/** The task of a worker thread; `markdown-worker.build.mjs` bundles it into one file. */
export default function render({ text, options }: { text: string; options: MarkdownOptions }): string {
  return markdownToHtml(text, options);
}
