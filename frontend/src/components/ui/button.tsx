import { clsx } from "clsx";
import type { ComponentProps } from "react";

const BASE =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-control border py-2 text-[0.9375rem] leading-tight font-medium transition-colors aria-disabled:cursor-progress aria-disabled:opacity-60 disabled:opacity-60";

const LOOKS = {
  primary: "px-5 border-transparent bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "px-5 border-rule-strong text-ink hover:border-ink hover:bg-sunken",
  quiet: "px-3 border-transparent text-ink hover:bg-sunken",
  quietDanger: "px-3 border-transparent text-danger hover:bg-danger-soft",
  danger: "px-5 border-danger text-danger hover:bg-danger-soft",
};

export type ButtonLook = keyof typeof LOOKS;

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = "primary", ...more: string[]): string {
  return clsx(BASE, LOOKS[look], ...more);
}

export function Button({ look = "primary", className, ...rest }: ComponentProps<"button"> & { look?: ButtonLook }) {
  return <button type="button" {...rest} className={buttonClass(look, className ?? "")} />;
}
