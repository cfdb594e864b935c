"use client";

import { unstable_rethrow } from "next/navigation";
import { isRedirectError } from "next/dist/client/components/redirect-error";
import { useTranslations } from "next-intl";
import {
  createContext,
  type FormEvent,
  type ReactNode,
  startTransition,
  use,
  useActionState,
  useEffect,
  useRef,
} from "react";
import { requestFormReset, useFormStatus } from "react-dom";

import { clsx } from "clsx";
import { type FormAction, type FormState, hasTrouble, UNTOUCHED } from "@/lib/forms/state";
import { Link } from "@/lib/i18n/navigation";

import { buttonClass, type ButtonLook } from "./button";
import { useDraft } from "./draft";

const Form = createContext<FormState>(UNTOUCHED);

/** Return the result of the last submit: values and errors for the fields of the surrounding form. */
export const useFormState = () => use(Form);

interface ActionFormProps {
  action: FormAction;
  children: ReactNode;
  className?: string;
  id?: string;
  label?: string;
  /** A key under which this tab keeps what was typed until it is saved, so that leaving the page loses nothing. */
  draft?: string;
  /** The message when no response came, if the usual one is not enough. */
  unreachable?: string;
}

/**
 * A form with a server action; it works without JavaScript too.
 *
 * What was typed stays whatever happens: after a rejection, when the network or the server is unavailable, and when the
 * session has ended. The summary then takes the focus and says what happened and what to do.
 */
export function ActionForm(props: ActionFormProps) {
  const t = useTranslations("common.form");
  const element = useRef<HTMLFormElement>(null);
  const draft = useDraft(props.draft, element);
  // The first is for browsers without JavaScript, and for submits before the page is interactive.
  const [posted, post] = useActionState(props.action, UNTOUCHED);
  const [sent, send, pending] = useActionState(
    async (previous: FormState, { form, data }: Submit): Promise<FormState> => {
      try {
        const state = await props.action(previous, data);
        if (state.done) {
          draft.clear();
          // A dialog that closes on success has removed its form by now.
          if (form.isConnected) startTransition(() => requestFormReset(form));
        }
        return { ...state, labels: labelsOf(form, Object.keys(state.errors)) };
      } catch (thrown) {
        // Most actions end in a redirect, which is an exception for the router.
        if (isRedirectError(thrown)) draft.clear();
        unstable_rethrow(thrown);
        const message = navigator.onLine ? (props.unreachable ?? t("unreachable")) : t("offline");
        return { values: previous.values, errors: {}, message };
      }
    },
    UNTOUCHED,
  );
  const state = sent === UNTOUCHED ? posted : sent;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = event.currentTarget;
    const { submitter } = event.nativeEvent as SubmitEvent;
    startTransition(() => send({ form, data: new FormData(form, submitter) }));
  };
  return (
    <Form value={state}>
      <form
        ref={element}
        id={props.id}
        action={post}
        onSubmit={submit}
        onInput={draft.keep}
        noValidate
        aria-label={props.label}
        className={clsx("space-y-5", props.className)}
      >
        {draft.restored && (
          <p
            role="status"
            className="flex flex-wrap items-center gap-x-4 border-l-4 border-accent bg-accent-soft px-4 py-1.5 text-[0.9375rem]"
          >
            {t("restored")}
            <button type="button" onClick={draft.discard} className="min-h-8 link">
              {t("discard")}
            </button>
          </p>
        )}
        <ErrorSummary />
        {props.children}
      </form>
    </Form>
  );
}

interface Submit {
  form: HTMLFormElement;
  data: FormData;
}

/** Return the labels of fields as users see them, by name. */
function labelsOf(form: HTMLFormElement, names: string[]): Record<string, string> {
  const labelOf = (name: string) => {
    const control = form.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]`);
    const label = control?.closest("fieldset")?.querySelector("legend") ?? control?.labels?.[0];
    return label?.firstChild?.textContent ?? "";
  };
  return Object.fromEntries(names.map((name) => [name, labelOf(name)]));
}

/** What is wrong and what to do about it, with links to the fields. */
function ErrorSummary() {
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
      {state.signedOut && (
        <Link href="/login" target="_blank" className="mt-1 inline-block py-0.5 link">
          {t("login")}
        </Link>
      )}
      {errors.length > 0 && (
        <ul className="mt-1">
          {errors.map(([name, error]) => (
            <li key={name}>
              <a href={`#${name}`} className="inline-block py-0.5 link">
                {state.labels?.[name] ? t("field", { label: state.labels[name], error }) : error}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A submit button that can be clicked once: it is disabled until the response arrives. */
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
