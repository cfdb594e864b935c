"use client";

import { type ReactNode, useEffect, useRef } from "react";

import { useFormState } from "./form";

/** Inside an `ActionForm`: says that the last submit succeeded, and takes the focus so that it is read out. */
export function DoneNotice({ children }: { children: ReactNode }) {
  const { done } = useFormState();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done) box.current?.focus();
  }, [done]);
  if (!done) return null;
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="status"
      className="border-l-4 border-accent bg-accent-soft px-4 py-3 text-[0.9375rem]"
    >
      {children}
    </div>
  );
}
