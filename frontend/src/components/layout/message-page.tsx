import type { ReactNode } from "react";

/** A page with one message and what to do next. */
export function MessagePage({ title, text, children }: { title: string; text: ReactNode; children?: ReactNode }) {
  return (
    <div className="page-narrow py-24 sm:py-32">
      <h1 className="text-3xl sm:text-4xl">{title}</h1>
      <p className="mt-4 max-w-prose text-lg text-soft">{text}</p>
      {children && <div className="mt-8 flex flex-wrap gap-3">{children}</div>}
    </div>
  );
}
