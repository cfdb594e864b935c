"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";

import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import type { CourseRead } from "@/lib/api/types";
import { denyForm, parseForm, refused, shownValues } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

import { type CourseFields, courseSchema, fieldsOfCourse, fieldsOfForm, shownField } from "./course-fields";
import { reconcile } from "../reconcile";
import { errorMessages } from "../error-messages";

/**
 * Save a course's details over the version on which the form is based.
 *
 * When another window saved in between, fields that both changed are shown with the other's values, and the next submit
 * overwrites them: `version` and `read` in the form's values are then those of the other write.
 */
export async function saveCourse(id: string, _: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "teacher");
  if (denied) return denied;
  const t = await getTranslations("studio.details.wrong");
  const sentences = { price: t("price"), tags: t("tags"), cover: t("cover"), minutes: t("minutes") };
  const parsed = await parseForm(courseSchema(sentences), form);
  if (!parsed.ok) return parsed.state;
  const mine = fieldsOfForm(parsed.data);
  const saved = await put(id, mine, String(form.get("version")));
  if (saved.ok) return done(form);
  if (saved.code !== "version_mismatch") return refused(saved, form, await errorMessages());
  return overtaken(id, mine, form);
}

async function put(id: string, body: CourseFields, version: string): Promise<Result<CourseRead>> {
  const params = { path: { course_id: id }, header: { "if-match": version } };
  return outcome((await asUser()).course.PUT("/courses/{course_id}", { params, body }));
}

function done(form: FormData): FormState {
  revalidatePath("/", "layout");
  const { version: _, read: __, ...values } = shownValues(form);
  return succeeded(values);
}

async function overtaken(id: string, mine: CourseFields, form: FormData): Promise<FormState> {
  const now = await outcome(
    (await asUser()).course.GET("/courses/{course_id}", { params: { path: { course_id: id } } }),
  );
  if (!now.ok) return refused(now, form);
  const theirs = fieldsOfCourse(now.data);
  const result = reconcile(readFields(form, theirs), mine, theirs);
  if (result.kind === "same") return done(form);
  if (result.kind === "conflict") return conflict(form, theirs, result.fields, now.etag);
  const saved = await put(id, mine, now.etag ?? "*");
  return saved.ok ? done(form) : refused(saved, form, await errorMessages());
}

/** Return the fields on which the form is based; without them every difference counts as a conflict. */
function readFields(form: FormData, theirs: CourseFields): CourseFields {
  try {
    return { ...theirs, ...(JSON.parse(String(form.get("read"))) as CourseFields) };
  } catch {
    return Object.fromEntries(Object.keys(theirs).map((name) => [name, undefined])) as unknown as CourseFields;
  }
}

async function conflict(
  form: FormData,
  theirs: CourseFields,
  fields: (keyof CourseFields)[],
  etag: string | null,
): Promise<FormState> {
  const t = await getTranslations("studio.conflict");
  const errors = fields.map((name) => {
    const value = shownField(theirs[name]).slice(0, 300);
    return [name === "is_free" ? "price" : name, value ? t("other", { value }) : t("otherEmpty")];
  });
  const values = { ...shownValues(form), version: etag ?? "", read: JSON.stringify(theirs) };
  return { values, errors: Object.fromEntries(errors), message: t("course") };
}
