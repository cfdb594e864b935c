import rehypeHighlight from "rehype-highlight";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

import { rehypeHeadingLevels, rehypeHtmlAsText, rehypePageElements } from "./plugins";

export interface MarkdownOptions {
  /** The level of the text's highest heading: one below the heading above the text. */
  level: number;
  /** Texts in the page's language; `{number}` in `backToText` is the footnote's number. */
  labels: { footnotes: string; backToText: string; taskDone: string; taskOpen: string };
}

// Ids come only from footnotes, which remark-rehype has prefixed; a second prefix would break their links.
const schema = { ...defaultSchema, clobber: [] };

/**
 * Return GitHub-flavored Markdown (https://github.github.com/gfm/) as safe HTML: raw HTML in it becomes text, and only
 * harmless elements, attributes and URL schemes remain.
 *
 * Its time can grow faster than the length of the text; use `Markdown`, which has a timeout, for texts of others.
 */
export function markdownToHtml(text: string, { level, labels }: MarkdownOptions): string {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm, { singleTilde: false })
    .use(remarkRehype, {
      allowDangerousHtml: true,
      footnoteLabel: labels.footnotes,
      footnoteBackLabel: (number: number) => labels.backToText.replace("{number}", String(number + 1)),
    })
    .use(rehypeHtmlAsText)
    // Sanitised before our own additions: classes of the highlighter, labels, the table's scroller.
    .use(rehypeSanitize, schema)
    .use(rehypeHeadingLevels, { level })
    .use(rehypeHighlight)
    .use(rehypePageElements, labels)
    .use(rehypeStringify);
  return String(processor.processSync(text));
}
