"use client";

import { Star } from "lucide-react";
import { useTranslations } from "next-intl";

/** Five stars to choose from: a group of radio buttons, so that arrow keys and screen readers work. */
export function RatingInput({ name, initial, label }: { name: string; initial?: number; label?: string }) {
  const t = useTranslations("common.rating");
  return (
    <fieldset id={name}>
      <legend className="mb-1 text-[0.9375rem] font-medium">{label ?? t("input")}</legend>
      <div className="flex flex-row-reverse justify-end">
        {[5, 4, 3, 2, 1].map((value) => (
          <label
            key={value}
            className="peer relative cursor-pointer rounded-sm p-1 text-rule-strong peer-hover:text-star peer-has-checked:text-star hover:text-star has-checked:text-star has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={value}
              defaultChecked={value === initial}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            <Star aria-hidden className="size-8 fill-current" />
            <span className="sr-only">{t("stars", { count: value })}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
