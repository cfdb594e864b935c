"use client";

import { Star } from "lucide-react";
import { useTranslations } from "next-intl";

import { useFormState } from "./form";

/** Five stars to choose from: a group of radio buttons, so that arrow keys and screen readers work. */
export function RatingInput({ name, initial, label }: { name: string; initial?: number; label?: string }) {
  const t = useTranslations("common.rating");
  const state = useFormState();
  const chosen = Number(state.values[name]) || initial;
  const error = state.errors[name];
  return (
    // A reset of the form forgets which one was chosen, so new ones are created for each choice.
    <fieldset key={chosen} aria-describedby={error ? `${name}-error` : undefined}>
      <legend className="mb-1 text-[0.9375rem] font-medium">{label ?? t("input")}</legend>
      <div className="flex">
        {[1, 2, 3, 4, 5].map((value) => (
          <label
            key={value}
            className="relative cursor-pointer rounded-sm p-1 text-rule-strong hover:text-star hover:*:fill-current has-checked:text-star has-checked:*:fill-current has-focus-visible:outline-2 has-focus-visible:outline-accent has-[~label_input:checked]:text-star has-[~label_input:checked]:*:fill-current has-[~label:hover]:text-star has-[~label:hover]:*:fill-current"
          >
            <input
              id={value === 1 ? name : undefined}
              type="radio"
              name={name}
              value={value}
              defaultChecked={value === chosen}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            <Star aria-hidden className="size-8" />
            <span className="sr-only">{t("stars", { count: value })}</span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${name}-error`} className="mt-1 text-sm text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
