import ReactMarkdown, { type Components } from "react-markdown";
import rehypeHighlight from "rehype-highlight";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";

import { clsx } from "clsx";

const components: Components = {
  // A page has one h1, and it is not in the text of a teacher.
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  a: ({ href, children }) => (
    <a href={href} rel="nofollow noopener noreferrer">
      {children}
    </a>
  ),
  img: ({ src, alt }) => <img src={src} alt={alt ?? ""} loading="lazy" />,
  table: ({ children }) => (
    <div tabIndex={0} role="region" className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
};

/** Text of a user, as Markdown. Raw HTML in it is shown as text or dropped, never run. */
export function Markdown({ children, className }: { children: string; className?: string }) {
  return (
    <div className={clsx("prose", className)}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        // Sanitised first: the classes that the highlighter adds are its own.
        rehypePlugins={[[rehypeSanitize, defaultSchema], rehypeHighlight]}
        components={components}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
