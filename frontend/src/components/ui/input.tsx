import type { ComponentProps } from "react";

import { clsx } from "clsx";

const CONTROL =
  "block w-full min-h-11 rounded-control border border-rule-strong bg-raised px-3 py-2 text-base text-ink placeholder:text-soft aria-invalid:border-danger disabled:opacity-60";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={clsx(CONTROL, className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={5} {...rest} className={clsx(CONTROL, "leading-relaxed", className)} />;
}

export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={clsx(CONTROL, "pr-8", className)} />;
}

export function Checkbox({ className, ...rest }: Omit<ComponentProps<"input">, "type">) {
  return <input type="checkbox" {...rest} className={clsx("size-5 shrink-0 accent-accent", className)} />;
}
