"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type ReactNode, useState } from "react";

import { useFormState } from "./form";
import { Input, Select, Textarea } from "./input";

interface FieldProps {
  /** The field's name; it is also the control's id, which the summary links to. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** Whether it may be empty; a text can say so in other words than "optional". */
  optional?: boolean | string;
}

/** The attributes that connect a control with its label, hint and error. */
interface ControlProps {
  id: string;
  name: string;
  defaultValue: string | undefined;
  "aria-invalid": boolean | undefined;
  "aria-describedby": string | undefined;
  "aria-required": boolean;
}

/** A labelled control with its hint and error; `children` draws the control from the props it is given. */
function Field(props: FieldProps & { initial?: string; children: (control: ControlProps) => ReactNode }) {
  const t = useTranslations("common");
  const state = useFormState();
  const error = state.errors[props.name];
  const ids = { hint: `${props.name}-hint`, error: `${props.name}-error` };
  const described = [props.hint && ids.hint, error && ids.error].filter(Boolean).join(" ");
  return (
    <div className="space-y-1.5">
      <label htmlFor={props.name} className="block text-[0.9375rem] font-medium">
        {props.label}
        {props.optional && (
          <span className="font-normal text-soft"> ({props.optional === true ? t("optional") : props.optional})</span>
        )}
      </label>
      {props.hint && (
        <p id={ids.hint} className="text-sm text-soft">
          {props.hint}
        </p>
      )}
      {props.children({
        id: props.name,
        name: props.name,
        defaultValue: state.values[props.name] ?? props.initial,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": described || undefined,
        "aria-required": !props.optional,
      })}
      {error && (
        <p id={ids.error} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

type Own<Tag extends "input" | "textarea" | "select"> = Omit<ComponentProps<Tag>, "name" | "id" | "defaultValue">;

export function TextField({
  name,
  label,
  hint,
  optional,
  initial,
  ...rest
}: FieldProps & Own<"input"> & { initial?: string }) {
  return (
    <Field {...{ name, label, hint, optional, initial }}>
      {(control) => <Input type="text" {...rest} {...control} />}
    </Field>
  );
}

export function TextareaField({
  name,
  label,
  hint,
  optional,
  initial,
  ...rest
}: FieldProps & Own<"textarea"> & { initial?: string }) {
  return (
    <Field {...{ name, label, hint, optional, initial }}>{(control) => <Textarea {...rest} {...control} />}</Field>
  );
}

export function SelectField({
  name,
  label,
  hint,
  optional,
  initial,
  ...rest
}: FieldProps & Own<"select"> & { initial?: string }) {
  return (
    <Field {...{ name, label, hint, optional, initial }}>
      {/* A reset of the form forgets a select's default, so a new select is created for each value. */}
      {(control) => <Select key={control.defaultValue} {...rest} {...control} />}
    </Field>
  );
}

/** Return the value of a form field; one in the state of the last submit takes precedence over `initial`. */
export function HiddenField({ name, initial }: { name: string; initial: string }) {
  return <input type="hidden" name={name} value={useFormState().values[name] ?? initial} />;
}

/** A password field whose text can be shown; pasting and password managers work. */
export function PasswordField(props: FieldProps & { autoComplete: "current-password" | "new-password" }) {
  const t = useTranslations("common.form");
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field {...props}>
      {(control) => (
        <div className="relative">
          <Input {...control} type={shown ? "text" : "password"} autoComplete={props.autoComplete} className="pr-12" />
          <button
            type="button"
            onClick={() => setShown(!shown)}
            aria-pressed={shown}
            aria-label={t("showPassword")}
            className="absolute inset-y-0 right-0 flex w-11 items-center justify-center text-soft hover:text-ink"
          >
            <Icon aria-hidden className="size-5" />
          </button>
        </div>
      )}
    </Field>
  );
}
