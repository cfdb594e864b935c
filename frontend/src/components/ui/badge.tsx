import type { ReactNode } from "react";

import { clsx } from "clsx";

const TONES = {
  neutral: "border-rule-strong text-soft",
  accent: "border-accent text-accent",
  success: "border-success text-success",
  warning: "border-warning text-warning",
  danger: "border-danger text-danger",
};

export function Badge({ tone = "neutral", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={clsx("inline-flex items-center gap-1 rounded-sm border px-1.5 py-px text-xs font-medium", TONES[tone])}
    >
      {children}
    </span>
  );
}
