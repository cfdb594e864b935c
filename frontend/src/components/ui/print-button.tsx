"use client";

import type { ReactNode } from "react";

import { Button } from "./button";

/** Prints the page, on paper or into a file. */
export function PrintButton({ children }: { children: ReactNode }) {
  return (
    <Button look="secondary" className="print:hidden" onClick={() => print()}>
      {children}
    </Button>
  );
}
