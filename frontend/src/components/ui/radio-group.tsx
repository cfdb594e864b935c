"use client";

import type { ReactNode } from "react";

import { useFormState } from "./form";

interface Choice {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
}

/** A few options of which one is chosen, each with space for a line of explanation. */
export function RadioGroup(props: { name: string; legend: ReactNode; choices: Choice[]; initial: string }) {
  const chosen = useFormState().values[props.name] ?? props.initial;
  return (
    <fieldset id={props.name}>
      <legend className="mb-2 text-[0.9375rem] font-medium">{props.legend}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {props.choices.map(({ value, label, hint }) => (
          <label
            key={value}
            className="flex cursor-pointer gap-3 rounded-control border border-rule-strong px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={props.name}
              value={value}
              defaultChecked={value === chosen}
              className="mt-1 size-4 shrink-0 accent-accent outline-none"
            />
            <span>
              <span className="block text-[0.9375rem] font-medium">{label}</span>
              {hint && <span className="block text-sm text-soft">{hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
