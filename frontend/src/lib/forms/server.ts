import "server-only";

import { getTranslations } from "next-intl/server";
import type { z } from "zod";

import type { Failure, FieldError } from "@/lib/api/result";

import { currentUser } from "@/lib/session/current";
import type { Role } from "@/lib/session/claims";

import type { FormState } from "./state";

type Parsed<T> = { ok: true; data: T } | { ok: false; state: FormState };

/** Return the values that may be shown again: no files, and no passwords. */
export function shownValues(form: FormData): Record<string, string> {
  const pairs = [...form].filter(([name, value]) => typeof value === "string" && !/password|^\$/i.test(name));
  return Object.fromEntries(pairs) as Record<string, string>;
}

/**
 * Return the state of a form that the user may not submit: the session has ended, or their role differs. Undefined when
 * they may.
 *
 *     const denied = await denyForm(form, "teacher");
 *     if (denied) return denied;
 *
 * Unlike `requireUser`, which redirects, it keeps what was typed.
 */
export async function denyForm(form: FormData, ...roles: Role[]): Promise<FormState | undefined> {
  const user = await currentUser();
  if (!user) return signedOut(form);
  if (roles.length > 0 && !roles.includes(user.role)) {
    const t = await getTranslations("errors.forbidden");
    return { values: shownValues(form), errors: {}, message: t("title") };
  }
}

async function signedOut(form: FormData): Promise<FormState> {
  const t = await getTranslations("common.form");
  return { values: shownValues(form), errors: {}, message: t("signedOut"), signedOut: true };
}

/** Return the form's data if it matches the schema, or the state that says what is wrong. */
export async function parseForm<T>(schema: z.ZodType<T>, form: FormData): Promise<Parsed<T>> {
  const parsed = schema.safeParse(Object.fromEntries(form));
  if (parsed.success) return { ok: true, data: parsed.data };
  const t = await getTranslations("common.form");
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) errors[issue.path.join(".")] ??= sentence(issue, t);
  return { ok: false, state: { values: shownValues(form), errors } };
}

type FormTexts = Awaited<ReturnType<typeof getTranslations<"common.form">>>;

function sentence(issue: z.core.$ZodIssue, t: FormTexts): string {
  // Messages of a schema's own `refine` are translated already.
  if (issue.code === "custom" && issue.message) return issue.message;
  if (issue.code === "too_small" && issue.origin === "string") {
    return issue.minimum === 1 ? t("required") : t("tooShort", { min: Number(issue.minimum) });
  }
  if (issue.code === "too_big" && issue.origin === "string") return t("tooLong", { max: Number(issue.maximum) });
  if (issue.code === "invalid_format" && issue.format === "email") return t("email");
  return t("invalid");
}

/** Messages by the type of a field's error, as the services name it (pydantic's types and their own). */
const FIELD_ERRORS: Record<string, "commonPassword" | "email" | "required" | "controlCharacter" | "url"> = {
  common_password: "commonPassword",
  email: "email",
  blank: "required",
  missing: "required",
  control_character: "controlCharacter",
  https_url: "url",
};

/**
 * Return the state for a rejection by a service. `known` translates problem codes: to a message about the form, or
 * about one field.
 *
 *     return refused(result, form, { email_taken: { field: "email", message: t("taken") } });
 */
export async function refused(
  failure: Failure,
  form: FormData,
  known: Record<string, string | { field: string; message: string }> = {},
): Promise<FormState> {
  const t = await getTranslations("common");
  const values = shownValues(form);
  const match = known[failure.code];
  if (typeof match === "object") return { values, errors: { [match.field]: match.message } };
  if (match) return { values, errors: {}, message: match };
  if (failure.kind === "unauthenticated") return signedOut(form);
  if (failure.kind === "invalid" && failure.fields.length > 0) {
    const form = await getTranslations("common.form");
    const sentenceOf = ({ type, message }: FieldError) => (type in FIELD_ERRORS ? form(FIELD_ERRORS[type]!) : message);
    return { values, errors: Object.fromEntries(failure.fields.map((error) => [error.field, sentenceOf(error)])) };
  }
  if (failure.status === 429) return { values, errors: {}, message: t("failure.tooMany") };
  if (failure.kind === "unavailable") return { values, errors: {}, message: t("failure.action") };
  return { values, errors: {}, message: failure.detail || t("failure.refused") };
}
