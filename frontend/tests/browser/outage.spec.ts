import type { Page } from "@playwright/test";

import { ADMIN } from "./support/api";
import { whileHanging } from "./support/platform";
import { draft } from "./support/studio";
import { axe, expect, test } from "./support/test";
import { texts } from "./support/texts";

test.describe.configure({ mode: "serial" });

test("without the course service the catalogue says so and can be tried again", async ({ page }) => {
  await whileHanging("course", async () => {
    await page.goto("/courses");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Courses");
    await expect(page.getByText("We couldn't load this")).toBeVisible();
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
    await expect(page.getByRole("alert").filter({ hasText: "Something went wrong. Please try again" })).toBeFocused();
  });
});

test("the status page names what does not answer", async ({ page }) => {
  await whileHanging("payment", async () => {
    await page.goto("/status");
    await expect(page.getByText("One service isn't responding.")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "Payments" }).getByText("Not responding")).toBeVisible();
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

test("a student's page whose service hangs says so, and comes back", async ({ page, api, signIn }) => {
  test.setTimeout(120_000);
  const course = await api.course(await api.teacher());
  const student = await api.student();
  await api.enroll(student, course);
  await signIn(student);
  const parts = [
    ["enrollment", "/learn"],
    ["enrollment", `/learn/${course.slug}/${course.lessonIds[0]}`],
    ["course", `/learn/${course.slug}/${course.lessonIds[0]}`],
    ["enrollment", "/certificates"],
    ["payment", "/orders"],
    ["notification", "/notifications"],
  ] as const;
  await comeBack(page, parts);
});

/** Each page says that its service hangs, and is complete after a retry. */
async function comeBack(page: Page, parts: readonly (readonly [service: string, path: string])[]) {
  for (const [service, path] of parts) {
    await whileHanging(service, async () => {
      await page.goto(path);
      await expect(page.getByText("We couldn't load this").first(), `${path} without ${service}`).toBeVisible();
      await expect(page.locator("h1")).toHaveCount(1);
      await axe(page);
    });
    await page.getByRole("button", { name: "Try again" }).first().click();
    await expect(page.getByText("We couldn't load this"), `${path} with ${service}`).toHaveCount(0);
  }
}

test("a page of the studio whose service hangs says so, and comes back", async ({ page, api, signIn }) => {
  test.setTimeout(120_000);
  const teacher = await api.teacher();
  const course = await draft(api, teacher);
  await signIn(teacher);
  await comeBack(page, [
    ["course", "/studio"],
    ["course", `/studio/courses/${course.id}`],
    ["course", `/studio/courses/${course.id}/curriculum`],
    ["course", `/studio/courses/${course.id}/lessons/${course.lesson}`],
    ["enrollment", `/studio/courses/${course.id}/students`],
  ]);
});

test("what a teacher writes while the course service hangs is kept, and saved afterwards", async ({
  page,
  api,
  signIn,
}) => {
  const t = texts("en", "studio");
  const teacher = await api.teacher();
  const course = await draft(api, teacher);
  await signIn(teacher);
  await page.goto(`/studio/courses/${course.id}`);
  const save = page.getByRole("button", { name: t("details.save"), exact: true });
  await whileHanging("course", async () => {
    await page.getByLabel(t("details.subtitle")).fill("Written in the meantime");
    await save.click();
    await expect(page.getByRole("alert").filter({ hasText: "Something went wrong. Please try again" })).toBeFocused();
    await expect(page.getByLabel(t("details.subtitle"))).toHaveValue("Written in the meantime");
  });
  await save.click();
  await expect(page.getByText(t("details.done"), { exact: true })).toBeVisible();
});

test("a page of the administration whose service hangs says so, and comes back", async ({ page, signIn }) => {
  test.setTimeout(120_000);
  await signIn(ADMIN);
  await comeBack(page, [
    ["identity", "/admin/teachers"],
    ["identity", "/admin/users"],
    ["payment", "/admin/payments"],
    ["identity", "/admin/audit"],
  ]);
});

test("my learning is there without the course service", async ({ page, api, signIn }) => {
  const course = await api.course(await api.teacher());
  const student = await api.student();
  await api.enroll(student, course);
  await signIn(student);
  await whileHanging("course", async () => {
    await page.goto("/learn");
    await expect(page.getByRole("heading", { level: 2, name: course.title })).toBeVisible();
  });
});

test("a payment that got no answer is tried again without paying twice", async ({ page, api, signIn }) => {
  const course = await api.course(await api.teacher(), { price: "20.00", currency: "USD" });
  const student = await api.student();
  await signIn(student);
  await page.goto(`/checkout/${course.slug}`);
  const pay = page.getByRole("button", { name: /^Pay/ });
  await whileHanging("payment", async () => {
    await pay.click();
    await expect(page.getByRole("alert").filter({ hasText: "Something went wrong. Please try again" })).toBeFocused();
  });
  await pay.click();
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeVisible();
  const { items } = await api.call<{ items: unknown[] }>("GET", "payment/payments/me", student.token);
  expect(items).toHaveLength(1);
});
