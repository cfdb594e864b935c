"use client";

import { useTranslations } from "next-intl";
import { createContext, type ReactNode, use, useActionState, useEffect, useRef } from "react";
import { useFormStatus } from "react-dom";

import { clsx } from "clsx";
import { type FormAction, type FormState, hasTrouble, UNTOUCHED } from "@/lib/forms/state";

import { buttonClass, type ButtonLook } from "./button";

const Form = createContext<FormState>(UNTOUCHED);

/** What the last submit gave: values and errors for the fields of the form around. */
export const useFormState = () => use(Form);

/**
 * A form of a server action; it works without JavaScript too.
 *
 * After a failed submit the summary takes the focus and the fields keep what was typed.
 */
export function ActionForm(props: { action: FormAction; children: ReactNode; className?: string; label?: string }) {
  const [state, submit] = useActionState(props.action, UNTOUCHED);
  return (
    <Form value={state}>
      <form action={submit} noValidate aria-label={props.label} className={clsx("space-y-5", props.className)}>
        <ErrorSummary />
        {props.children}
      </form>
    </Form>
  );
}

/** What is wrong, with links to the fields. */
export function ErrorSummary() {
  const t = useTranslations("common.form");
  const state = useFormState();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (hasTrouble(state)) box.current?.focus();
  }, [state]);
  if (!hasTrouble(state)) return null;
  const errors = Object.entries(state.errors);
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="alert"
      className="border-l-4 border-danger bg-danger-soft px-4 py-3 text-[0.9375rem]"
    >
      <p className="font-medium">{state.message ?? t("summary", { count: errors.length })}</p>
      {errors.length > 0 && (
        <ul className="mt-1">
          {errors.map(([name, error]) => (
            <li key={name}>
              <a href={`#${name}`} className="inline-block py-0.5 link">
                {error}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A submit button that takes one click: it is locked until the answer is there. */
export function SubmitButton(props: {
  children: ReactNode;
  look?: ButtonLook;
  className?: string;
  name?: string;
  value?: string;
}) {
  const t = useTranslations("common.form");
  const { pending } = useFormStatus();
  return (
    <button
      type="submit"
      name={props.name}
      value={props.value}
      aria-disabled={pending}
      onClick={(event) => pending && event.preventDefault()}
      className={buttonClass(props.look, props.className ?? "")}
    >
      {pending ? t("working") : props.children}
    </button>
  );
}
