import { useFormatter, useTranslations } from "next-intl";

/** A progress bar; `value` is from 0 to 100. */
export function Progress({ value, label }: { value: number; label?: string }) {
  const t = useTranslations("common.progress");
  const format = useFormatter();
  const text = t("value", { percent: format.number(value / 100, "percent") });
  return (
    <svg
      role="progressbar"
      aria-label={label ?? t("label")}
      aria-valuenow={Math.round(value)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={text}
      className="block h-1.5 w-full overflow-hidden rounded-full"
    >
      <rect width="100%" height="100%" className="fill-rule" />
      <rect width={`${Math.min(100, Math.max(0, value))}%`} height="100%" className="fill-accent" />
    </svg>
  );
}
