import type { ReactNode } from "react";

/** Something that went well, or that one should know, on the page itself. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="border-l-4 border-accent bg-accent-soft px-4 py-3 text-[0.9375rem]">
      {children}
    </div>
  );
}
