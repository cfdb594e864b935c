import { randomUUID } from "node:crypto";

import type { Page } from "@playwright/test";

import type { Api, Person } from "./api";

export interface Draft {
  id: string;
  title: string;
  lesson: string;
}

/** Create a draft: a module "First" with lessons "Alpha" and "Beta", and an empty module "Second". */
export async function draft(api: Api, teacher: Person): Promise<Draft> {
  const title = `Draft of ${randomUUID().slice(0, 8)}`;
  const { id } = await api.call<{ id: string }>("POST", "course/courses", teacher.token, { title, is_free: true });
  const add = async (path: string, body: object) =>
    (await api.call<{ id: string }>("POST", `course/${path}`, teacher.token, body)).id;
  const first = await add(`courses/${id}/modules`, { title: "First" });
  await add(`courses/${id}/modules`, { title: "Second" });
  const lesson = await add(`modules/${first}/lessons`, { title: "Alpha", content: "# Alpha" });
  await add(`modules/${first}/lessons`, { title: "Beta", content: "Text." });
  return { id, title, lesson };
}

interface Visit {
  page: Page;
  api: Api;
  signIn: (person: Person) => Promise<void>;
}

/** Sign in a teacher and open a new draft: its details, or another part of it. */
export async function openDraft({ page, api, signIn }: Visit, part: (course: Draft) => string = () => "") {
  const teacher = await api.teacher();
  const course = await draft(api, teacher);
  await signIn(teacher);
  await page.goto(`/studio/courses/${course.id}${part(course)}`);
  return { teacher, course };
}

/** Return the order of the lessons in the service, one string per module. */
export async function outline(api: Api, teacher: Person, course: string): Promise<string[]> {
  interface Answer {
    modules: { title: string; lessons: { title: string }[] }[];
  }
  const { modules } = await api.call<Answer>("GET", `course/courses/${course}/curriculum`, teacher.token);
  return modules.map(({ title, lessons }) => `${title}: ${lessons.map((lesson) => lesson.title).join(" ")}`);
}

export const readLesson = (api: Api, teacher: Person, lesson: string) =>
  api.call<{ title: string; content: string; video_url: string | null }>(
    "GET",
    `course/lessons/${lesson}`,
    teacher.token,
  );

export const saved = (page: Page) => page.locator("[role=status][data-state=saved]");
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
