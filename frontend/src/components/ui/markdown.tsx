import { useTranslations } from "next-intl";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeHighlight from "rehype-highlight";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";

import { clsx } from "clsx";

import { rehypeHeadingLevels, rehypeTaskLabels } from "./markdown-plugins";

const components: Components = {
  a: ({ node: _, ...props }) => <a {...props} rel="nofollow noopener noreferrer" />,
  img: ({ src, alt }) => <img src={src} alt={alt ?? ""} loading="lazy" />,
  table: ({ children }) => (
    <div tabIndex={0} role="region" className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
};

// Ids come from footnotes alone, which remark-rehype has prefixed; a second prefix would break their links.
const schema = { ...defaultSchema, clobber: [] };

interface Props {
  children: string;
  className?: string;
  /** The level of the text's highest heading: one below the heading that it stands under. */
  level?: 2 | 3;
}

/**
 * Text of a user, as GitHub-flavored Markdown (https://github.github.com/gfm/). Raw HTML in it is shown as text or
 * dropped, never run.
 */
export function Markdown({ children, className, level = 2 }: Props) {
  const t = useTranslations("common.markdown");
  return (
    <div className={clsx("prose", className)}>
      <ReactMarkdown
        remarkPlugins={[[remarkGfm, { singleTilde: false }]]}
        remarkRehypeOptions={{
          footnoteLabel: t("footnotes"),
          footnoteBackLabel: (number: number) => t("backToText", { number: number + 1 }),
        }}
        // Sanitised first: the classes that the highlighter adds are its own.
        rehypePlugins={[
          [rehypeSanitize, schema],
          [rehypeHeadingLevels, { level }],
          rehypeHighlight,
          [rehypeTaskLabels, { done: t("taskDone"), open: t("taskOpen") }],
        ]}
        components={components}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
