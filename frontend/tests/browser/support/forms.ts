import { expect, type Locator, type Page } from "@playwright/test";

import type { Api, Course, Person } from "./api";
import { draft } from "./studio";

/** The user of a page, and the required data: a course of their own or one to take. */
export interface Scene {
  api: Api;
  student: Person;
  teacher: Person;
  applicant: Person;
  course: Course;
  priced: Course;
  draftId: string;
}

type Role = "visitor" | "student" | "teacher" | "applicant" | "admin";

export interface Visit {
  role: Role;
  path: (scene: Scene) => string;
  /** A button that opens a dialog with another form. */
  open?: RegExp;
  /** Make what only this page needs. */
  prepare?: (scene: Scene) => Promise<unknown>;
  /** Why there is no form with text. Pages without forms state it here, so that no new page is overlooked. */
  none?: true;
}

const shows = (role: Role, path: (scene: Scene) => string): Visit => ({ role, path, none: true });

/** Every route of `src/app/[locale]`, by its path there without the groups. */
export const VISITS: Record<string, Visit> = {
  "": shows("visitor", () => "/"),
  about: shows("visitor", () => "/about"),
  account: { role: "student", path: () => "/account", open: /^Delete my account$/ },
  admin: shows("admin", () => "/admin"),
  "admin/announcements": { role: "admin", path: () => "/admin/announcements" },
  "admin/audit": shows("admin", () => "/admin/audit"),
  "admin/courses": {
    role: "admin",
    path: ({ course }) => `/admin/courses?course_id=${course.id}`,
    open: /^Take down/,
  },
  "admin/payments": {
    role: "admin",
    path: ({ student }) => `/admin/payments?student_id=${student.id}`,
    open: /^Refund/,
  },
  "admin/reports": {
    role: "admin",
    path: ({ course }) => `/admin/reports?course_id=${course.id}`,
    open: /^Decide/,
    prepare: ({ api, course, student }) =>
      api.call("POST", `course/courses/${course.id}/report`, student.token, { reason: "spam" }),
  },
  "admin/reviews": {
    role: "admin",
    path: ({ course }) => `/admin/reviews?course_id=${course.id}`,
    open: /^Hide/,
    prepare: ({ api, course, student }) =>
      api.call("POST", "course/reviews", student.token, { course_id: course.id, rating: 2 }),
  },
  "admin/teachers": { role: "admin", path: ({ applicant }) => `/admin/teachers?id=${applicant.id}` },
  "admin/users": shows("admin", () => "/admin/users"),
  certificates: shows("student", () => "/certificates"),
  "certificates/[code]": shows("visitor", () => "/certificates/none"),
  "checkout/[course]": shows("student", ({ priced }) => `/checkout/${priced.slug}`),
  "checkout/[course]/[payment]": shows("student", () => "/orders"),
  courses: shows("visitor", () => "/courses"),
  "courses/[ref]": shows("visitor", ({ course }) => `/courses/${course.slug}`),
  "courses/[ref]/preview/[lesson]": shows("visitor", ({ course }) => `/courses/${course.slug}`),
  "courses/[ref]/report": { role: "student", path: ({ course }) => `/courses/${course.slug}/report` },
  expired: shows("visitor", () => "/expired"),
  "forgot-password": { role: "visitor", path: () => "/forgot-password" },
  goodbye: shows("visitor", () => "/goodbye"),
  help: shows("visitor", () => "/help"),
  learn: { role: "student", path: () => "/learn", open: /^Write a review/ },
  "learn/[course]": shows("student", ({ course }) => `/learn/${course.slug}`),
  "learn/[course]/[lesson]": shows("student", ({ course }) => `/learn/${course.slug}`),
  "learn/[course]/finished": shows("student", ({ course }) => `/learn/${course.slug}`),
  login: { role: "visitor", path: () => "/login" },
  notifications: shows("student", () => "/notifications"),
  orders: { role: "student", path: () => "/orders", open: /^Refund/ },
  privacy: shows("visitor", () => "/privacy"),
  register: { role: "visitor", path: () => "/register" },
  "reset-password": { role: "visitor", path: () => "/reset-password?token=none" },
  status: shows("visitor", () => "/status"),
  studio: { role: "applicant", path: () => "/studio" },
  "studio/courses/[id]": { role: "teacher", path: ({ draftId }) => `/studio/courses/${draftId}` },
  // Lessons and curriculum save automatically; studio-lesson.spec.ts and studio-curriculum.spec.ts test them.
  "studio/courses/[id]/curriculum": shows("teacher", ({ draftId }) => `/studio/courses/${draftId}/curriculum`),
  "studio/courses/[id]/lessons/[lesson]": shows("teacher", ({ draftId }) => `/studio/courses/${draftId}/curriculum`),
  "studio/courses/[id]/preview": shows("teacher", ({ draftId }) => `/studio/courses/${draftId}/preview`),
  "studio/courses/[id]/publish": shows("teacher", ({ draftId }) => `/studio/courses/${draftId}/publish`),
  "studio/courses/[id]/students": shows("teacher", ({ draftId }) => `/studio/courses/${draftId}/students`),
  "studio/courses/new": { role: "teacher", path: () => "/studio/courses/new" },
  teach: shows("visitor", () => "/teach"),
  "teachers/[id]": shows("visitor", ({ teacher }) => `/teachers/${teacher.id}`),
  terms: shows("visitor", () => "/terms"),
  "verify-certificate": shows("visitor", () => "/verify-certificate"),
  "verify-email": shows("visitor", () => "/verify-email?token=none"),
  "[...rest]": shows("visitor", () => "/none"),
};

export async function setScene(api: Api): Promise<Scene> {
  const [student, teacher, applicant] = [await api.student(), await api.teacher(), await api.applicant()];
  const [course, priced] = [await api.course(teacher), await api.course(teacher, { price: "20.00" })];
  const bought = await api.course(teacher, { price: "12.00" });
  await api.enroll(student, course);
  const body = { course_id: course.id };
  await api.call("POST", `enrollment/progress/lessons/${course.lessonIds[0]}/complete`, student.token, body);
  const key = { "Idempotency-Key": crypto.randomUUID() };
  await api.call("POST", "payment/payments", student.token, { course_id: bought.id }, key);
  return { api, student, teacher, applicant, course, priced, draftId: (await draft(api, teacher)).id };
}

const TEXTS = 'input:not([type="hidden"], [type="checkbox"], [type="radio"]), textarea';

/** The forms with text: those of the dialog while one is open, else those of the page. */
export function formsWithText(page: Page, inDialog: boolean): Locator {
  const place = inDialog ? page.getByRole("dialog") : page.getByRole("main");
  return place.locator("form[novalidate]").filter({ has: page.locator(TEXTS) });
}

const sampleFor: Record<string, string> = {
  email: "someone@example.com",
  password: "seven little goats",
  url: "https://example.com/a.png",
};

/** Fill all of a form's texts; return them by name. */
export async function fill(form: Locator): Promise<Record<string, string>> {
  const filled: Record<string, string> = {};
  for (const control of await form.locator(TEXTS).all()) {
    const [name, type] = [await control.getAttribute("name"), await control.getAttribute("type")];
    const text = sampleFor[type ?? ""] ?? ((await control.getAttribute("inputmode")) ? "12" : `Written for ${name}`);
    await control.fill(text);
    filled[name!] = text;
  }
  return filled;
}

export async function expectKept(form: Locator, filled: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(filled)) await expect(form.locator(`[name="${name}"]`)).toHaveValue(text);
}
