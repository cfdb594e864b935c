import type { ReactNode } from "react";

/** Nothing here yet, and what to do about it. */
export function EmptyState(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="border-y border-rule py-14 text-center">
      <p className="font-serif text-xl font-semibold">{props.title}</p>
      {props.children && <div className="mx-auto mt-2 max-w-prose text-soft">{props.children}</div>}
      {props.action && <div className="mt-6">{props.action}</div>}
    </div>
  );
}
