import type { ReactNode } from "react";

/** A success or a hint, in the page itself. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="border-l-4 border-accent bg-accent-soft px-4 py-3 text-[0.9375rem]">
      {children}
    </div>
  );
}
