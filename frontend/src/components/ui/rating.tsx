import { Star } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";

import { clsx } from "clsx";

/** An average rating in one line: the number, a star, the number of reviews. */
export function Rating({ average, count, className }: { average: number; count: number; className?: string }) {
  const t = useTranslations("common.rating");
  const format = useFormatter();
  if (count === 0) return <span className={clsx("text-soft", className)}>{t("none")}</span>;
  const rating = format.number(average, "rating");
  return (
    <span className={clsx("inline-flex items-baseline gap-1 whitespace-nowrap", className)}>
      <Star aria-hidden className="size-[1em] self-center fill-star text-star" />
      <span aria-hidden className="font-medium tabular-nums">
        {rating}
      </span>
      <span aria-hidden className="text-soft tabular-nums">
        ({format.number(count)})
      </span>
      <span className="sr-only">{t("summary", { rating, count })}</span>
    </span>
  );
}

/** Whole stars of one review. */
export function Stars({ value }: { value: number }) {
  const t = useTranslations("common.rating");
  return (
    <span role="img" aria-label={t("stars", { count: value })} className="inline-flex gap-0.5">
      {[1, 2, 3, 4, 5].map((star) => (
        <Star
          key={star}
          aria-hidden
          className={clsx("size-4", star <= value ? "fill-star text-star" : "text-rule-strong")}
        />
      ))}
    </span>
  );
}
