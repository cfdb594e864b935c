import { randomUUID } from "node:crypto";

import type { Page } from "@playwright/test";

import { ADMIN } from "./support/api";
import { axe, expect, expectToFitEverywhere, SCHEMES, test } from "./support/test";
import { inLocale, LOCALES, texts } from "./support/texts";

const PAGES = [
  "/admin",
  "/admin/reports",
  "/admin/courses",
  "/admin/reviews",
  "/admin/teachers",
  "/admin/users",
  "/admin/payments",
  "/admin/announcements",
  "/admin/audit",
];

test("nobody else gets in", async ({ page, api, signIn }) => {
  await signIn(await api.student());
  for (const path of PAGES) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("You don't have access to this page");
  }
});

for (const locale of LOCALES) {
  test(`an admin verifies one teacher and rejects another, ${locale}`, async ({ page, api, signIn }) => {
    const t = texts(locale, "admin");
    const good = await api.applicant(`Good ${randomUUID().slice(0, 8)}`);
    const other = await api.applicant(`Other ${randomUUID().slice(0, 8)}`);
    await api.call("POST", "identity/me/application", other.token, { text: "I have taught for years." });
    await signIn(ADMIN);

    await page.goto(inLocale(locale, `/admin/teachers?id=${good.id}`));
    await page.getByRole("button", { name: t("teachers.approve") }).click();
    await expect(page.getByText(t("teachers.approved", { name: good.name }))).toBeVisible();

    await page.goto(inLocale(locale, `/admin/teachers?id=${other.id}`));
    await expect(page.getByText("I have taught for years.")).toBeVisible();
    await page.getByRole("button", { name: t("teachers.reject"), exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: texts(locale, "common")("form.required") })).toBeFocused();
    await page.getByLabel(t("teachers.reason")).fill("Tell us which subject.");
    await page.getByRole("button", { name: t("teachers.reject"), exact: true }).click();
    await expect(page.getByText(t("teachers.rejected", { name: other.name }))).toBeVisible();
    const application = await api.call<{ reason: string }>("GET", "identity/me/application", other.token);
    expect(application.reason).toBe("Tell us which subject.");

    await page.goto(inLocale(locale, `/admin/audit?action=teacher.rejected&target=${other.id}`));
    await expect(page.getByRole("listitem").filter({ hasText: t("audit.actions.teacher.rejected") })).toBeVisible();
  });
}

test("two admins who decide at once: the second is told", async ({ page, api, signIn }) => {
  const teacher = await api.applicant();
  await signIn(ADMIN);
  await page.goto(`/admin/teachers?id=${teacher.id}`);
  await api.call("PATCH", `identity/admin/users/${teacher.id}/verify`, await api.adminToken());
  await page.getByRole("button", { name: "Verify instructor" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Another admin has just verified" })).toBeFocused();
});

test("an account is found, disabled and enabled", async ({ page, api, signIn }) => {
  const student = await api.student(`Dora ${randomUUID().slice(0, 8)}`);
  await signIn(ADMIN);
  await page.goto("/admin/users");
  await page.getByLabel("Name or email").fill(student.email);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/q=student/);
  const row = page.getByRole("listitem").filter({ hasText: student.email });
  for (const [choice, badge] of [
    ["disabled", 1],
    ["active", 0],
  ] as const) {
    await row.getByRole("button", { name: `Edit: ${student.name}` }).click();
    await axe(page);
    await page.getByRole("dialog").getByLabel("Status").selectOption(choice);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(row.getByText("Disabled", { exact: true })).toHaveCount(badge);
  }
});

test("a payment is refunded, and its student loses the course", async ({ page, api, signIn }) => {
  const student = await api.student();
  const course = await api.course(await api.teacher(), { price: "12.00" });
  await api.call(
    "POST",
    "payment/payments",
    student.token,
    { course_id: course.id },
    { "Idempotency-Key": randomUUID() },
  );
  await signIn(ADMIN);
  await page.goto(`/admin/payments?student_id=${student.id}`);
  await page.getByRole("button", { name: /^Refund/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Refund" }).click();
  await expect(page.getByText("Payment refunded.")).toBeVisible();
  await expect(page.getByRole("listitem").getByText("Refunded", { exact: true })).toBeVisible();
  await expect
    .poll(async () => {
      const mine = await api.call<{ items: { status: string }[] }>("GET", "enrollment/enrollments/me", student.token);
      return mine.items.map(({ status }) => status);
    })
    .toEqual(["revoked"]);
});

test("an announcement is confirmed before it is sent, without JavaScript too", async ({
  page,
  api,
  signIn,
  browser,
}) => {
  const teacher = await api.applicant();
  const title = `Maintenance ${randomUUID().slice(0, 8)}`;
  const received = async () =>
    (await api.call<{ items: { title: string }[] }>("GET", "notification/notifications/me", teacher.token)).items.map(
      (item) => item.title,
    );
  const review = async (page: Page) => {
    await page.goto("/admin/announcements");
    await page.getByLabel("To", { exact: true }).selectOption("teacher");
    await page.getByLabel("Title").fill(title);
    await page.getByLabel("Message", { exact: true }).fill("On Sunday at noon.");
    await page.getByRole("button", { name: "Review and send" }).click();
    await expect(page.getByRole("blockquote").getByText("On Sunday at noon.")).toBeVisible();
    return page.getByRole("heading", { name: /^Send to \d+ (person|people)\?$/ });
  };
  await signIn(ADMIN);
  await expect(await review(page)).toBeFocused();
  await axe(page);
  await page.getByRole("button", { name: "Edit" }).click();
  await expect(page.getByLabel("Title")).toBeFocused();
  await expect(page.getByLabel("Title")).toHaveValue(title);
  await expect(page.getByLabel("To", { exact: true })).toHaveValue("teacher");
  expect(await received()).not.toContain(title);

  const scriptless = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await scriptless.newPage();
  await expect(await review(plain)).toBeVisible();
  await plain.getByRole("button", { name: "Send", exact: true }).click();
  await expect(plain.getByText(/^Sent to \d/)).toBeVisible();
  expect(await received()).toContain(title);
  await expect(plain.getByLabel("Title")).toHaveValue("");
  await scriptless.close();
});

test("a reported course is taken down and restored", async ({ page, context, api, signIn }) => {
  const [teacher, student] = [await api.teacher(), await api.student()];
  const course = await api.course(teacher);
  await signIn(student);
  await page.goto(`/courses/${course.slug}`);
  await page.getByRole("link", { name: "Report this course" }).click();
  await expect(page.getByLabel("What's wrong?")).toBeVisible();
  await axe(page);
  await page.getByLabel("What's wrong?").selectOption("copyright");
  await page.getByLabel("Details").fill("I know these lessons.");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thanks for your report");

  await context.clearCookies();
  await signIn(ADMIN);
  await page.goto(`/courses/${course.slug}`);
  await expect(page.getByRole("link", { name: "Take down" })).toBeVisible();
  await page.goto(`/admin/reports?status=open&course_id=${course.id}`);
  await expect(page.getByRole("listitem").filter({ hasText: "I know these lessons." })).toBeVisible();
  await page.getByRole("button", { name: `Decide: ${course.title}` }).click();
  const dialog = page.getByRole("dialog");
  await axe(page);
  await dialog.getByLabel("Decision").selectOption("hidden");
  await dialog.getByRole("button", { name: "Save decision" }).click();
  await expect(dialog.getByRole("alert")).toBeFocused();
  await dialog.getByLabel("Reason").fill("Copied from another school.");
  await dialog.getByRole("button", { name: "Save decision" }).click();
  await expect(page.getByText("No matching reports")).toBeVisible();

  await page.goto("/admin/courses");
  await page.getByLabel("Title").fill(course.title);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const row = page.getByRole("listitem").filter({ hasText: course.title });
  await expect(row.getByText("Reason: Copied from another school.")).toBeVisible();
  await row.getByRole("button", { name: `Restore: ${course.title}` }).click();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await expect(row.getByText("Published", { exact: true })).toBeVisible();
  const entries = async () => {
    await page.goto(`/admin/audit?target=${teacher.id}`);
    return page
      .getByRole("listitem")
      .getByText(/^(Course restored|Course taken down|Report decided)$/)
      .count();
  };
  await expect.poll(entries).toBe(3);
});

for (const colorScheme of SCHEMES) {
  test(`its pages are accessible and fit, ${colorScheme}`, async ({ page, api, signIn }) => {
    test.slow();
    await api.applicant("N".repeat(90));
    // The audit log records everyone who was verified.
    await api.teacher("N".repeat(90));
    await page.emulateMedia({ colorScheme });
    await signIn(ADMIN);
    for (const path of PAGES) {
      await page.goto(path);
      await expect(page.locator("h1")).toHaveCount(1);
      await axe(page);
      await expectToFitEverywhere(page);
    }
  });
}

test("on a phone the tab of the open part is in sight", async ({ page, signIn }) => {
  await page.setViewportSize({ width: 375, height: 800 });
  await signIn(ADMIN);
  for (const path of ["/admin", "/admin/audit"]) {
    await page.goto(path);
    await expect(
      page.getByRole("navigation", { name: "Administration sections" }).locator("[aria-current]"),
    ).toBeInViewport({ ratio: 0.9 });
  }
});
