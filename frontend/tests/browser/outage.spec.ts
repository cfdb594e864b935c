import { readFileSync } from "node:fs";
import { join } from "node:path";

import { axe, expect, test } from "./support/test";

/** The platform's record of its processes; `./edu test` names the folder. */
const STATE = process.env.EDU_STATE ?? join(import.meta.dirname, "../../../.edu");

interface Run {
  processes: { name: string; pid: number }[];
}

function pidOf(service: string): number {
  const run = JSON.parse(readFileSync(join(STATE, "run.json"), "utf8")) as Run;
  return run.processes.find(({ name }) => name === service)!.pid;
}

/** The service hangs, which is worse than being gone: it takes connections and never answers. */
async function whileHanging(service: string, act: () => Promise<void>): Promise<void> {
  const pid = pidOf(service);
  process.kill(pid, "SIGSTOP");
  try {
    await act();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

test.describe.configure({ mode: "serial" });

test("without the course service the catalogue says so and can be tried again", async ({ page }) => {
  await whileHanging("course", async () => {
    await page.goto("/courses");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Courses");
    await expect(page.getByText("This part did not load")).toBeVisible();
    await axe(page);
  });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("article").first()).toBeVisible();
});

test("without identity a course page lacks nothing but the teacher's words", async ({ page, api }) => {
  const course = await api.course(await api.teacher("Tea Cher"));
  await whileHanging("identity", async () => {
    await page.goto(`/courses/${course.slug}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(course.title);
    await expect(page.getByText("Lesson 1")).toBeVisible();
  });
});

test("without enrollments a signed-in student still reads and is told what does not work", async ({
  page,
  api,
  signIn,
}) => {
  const course = await api.course(await api.teacher());
  await signIn(await api.student());
  await whileHanging("enrollment", async () => {
    await page.goto(`/courses/${course.slug}`);
    await page.getByRole("button", { name: "Enroll for free" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "does not answer right now" })).toBeFocused();
  });
});

test("the status page names what does not answer", async ({ page }) => {
  await whileHanging("payment", async () => {
    await page.goto("/status");
    await expect(page.getByText("One part does not answer right now.")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "Payments" }).getByText("Does not answer")).toBeVisible();
    await axe(page);
  });
});

test("without identity nobody who is signed in is thrown out", async ({ page, api, signIn, context }) => {
  await signIn(await api.student());
  await whileHanging("identity", async () => {
    await page.goto("/courses");
    await expect(page.getByRole("button", { name: "Account" })).toBeVisible();
    await context.clearCookies({ name: "edu_access" });
    await page.goto("/courses");
    await expect(page.getByRole("article").first()).toBeVisible();
  });
  await page.goto("/courses");
  await expect(page.getByRole("button", { name: "Account" })).toBeVisible();
});
