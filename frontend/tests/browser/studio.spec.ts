import { randomUUID } from "node:crypto";

import type { Page } from "@playwright/test";

import { type Api, PASSWORD, type Person } from "./support/api";
import { button, draft, openDraft, readLesson, saved } from "./support/studio";
import { axe, expect, expectToFit, SCHEMES, test } from "./support/test";
import { inLocale, LOCALES, texts } from "./support/texts";

const t = texts("en", "studio");
const VIDEO = "https://youtu.be/aqz-KE-bpKQ";

for (const locale of LOCALES) {
  test(`a teacher registers, applies, writes and publishes a course, and sees a student, in ${locale}`, async ({
    page,
    api,
  }) => {
    test.slow();
    const [s, auth] = [texts(locale, "studio"), texts(locale, "auth")];
    const email = `teach.${randomUUID().slice(0, 8)}@example.com`;
    const title = `Rye bread ${randomUUID().slice(0, 6)}`;

    await page.goto(inLocale(locale, "/register"));
    await page.getByLabel(auth("name")).fill("Tara Baker");
    await page.getByLabel(auth("email")).fill(email);
    await page.getByLabel(auth("password"), { exact: true }).fill(PASSWORD);
    await page.getByRole("radio", { name: auth("register.teacher") }).check();
    await button(page, auth("register.submit")).click();
    await expect(page.getByLabel(auth("password"), { exact: true })).toHaveCount(0);

    await page.goto(inLocale(locale, "/studio"));
    await expect(page.getByRole("heading", { name: s("application.new.title") })).toBeVisible();
    await page.getByLabel(s("application.field")).fill("Twenty years of baking.");
    await button(page, s("application.apply")).click();
    await expect(page.getByRole("heading", { name: s("application.waiting.title") })).toBeVisible();
    await expect(page.getByRole("link", { name: s("create.open") })).toHaveCount(0);

    const teacher = { email, password: PASSWORD, token: await api.signIn({ email, password: PASSWORD }) };
    const { id } = await api.call<{ id: string }>("GET", "identity/me", teacher.token);
    await api.call("PATCH", `identity/admin/users/${id}/verify`, await api.adminToken());
    await page.reload();
    await page
      .getByRole("link", { name: s("create.open") })
      .first()
      .click();

    await page.getByLabel(s("details.name")).fill(title);
    await button(page, s("create.submit")).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    const course = /courses\/([0-9a-f-]{36})/.exec(page.url())![1]!;

    await page.getByRole("link", { name: s("tabs.publish"), exact: true }).click();
    await button(page, s("publish.publish")).click();
    await expect(page.getByRole("alert").getByText(s("publish.incomplete"))).toBeVisible();
    for (const part of ["description", "category", "lessons"]) {
      await expect(page.getByRole("alert").getByText(s(`publish.missing.${part}`))).toBeVisible();
    }

    await page.getByRole("link", { name: s("tabs.details"), exact: true }).click();
    await page.getByLabel(s("details.about")).fill("Sourdough from **flour** and water.");
    await page.getByLabel(s("details.category")).selectOption("gardening");
    await page.getByLabel(s("details.tags")).fill("rye, bread");
    await button(page, s("details.save")).click();
    await expect(page.getByText(s("details.done"), { exact: true })).toBeVisible();

    await page.getByRole("link", { name: s("tabs.curriculum"), exact: true }).click();
    await button(page, s("curriculum.addModule")).click();
    await page.getByLabel(s("curriculum.moduleTitle")).fill("Starter");
    await button(page, s("curriculum.add")).click();
    await page.getByRole("button", { name: s("curriculum.addLessonTo", { module: "Starter" }) }).click();
    await page.getByLabel(s("curriculum.lessonTitle")).fill("Flour");
    await button(page, s("curriculum.add")).click();
    await expect(page.getByText(s("curriculum.noContent"))).toBeVisible();

    await page.getByRole("link", { name: s("tabs.publish"), exact: true }).click();
    await button(page, s("publish.publish")).click();
    await expect(page.getByRole("alert").getByText(s("publish.missing.content"))).toBeVisible();
    await page.getByRole("link", { name: "Flour", exact: true }).click();

    await page.getByLabel(s("lesson.content"), { exact: true }).fill("## Which flour\n\nUse *whole* rye.");
    await expect(page.getByRole("region", { name: s("lesson.result") }).locator("em")).toHaveText("whole");
    await page.getByLabel(s("lesson.video"), { exact: true }).fill(VIDEO);
    await page.getByLabel(s("lesson.minutes")).fill("12");
    await expect(saved(page)).toHaveText(s("saving.saved"));
    await expect(page.locator("iframe")).toHaveAttribute("src", "https://www.youtube.com/embed/aqz-KE-bpKQ");

    await page.goto(inLocale(locale, `/studio/courses/${course}/publish`));
    await button(page, s("publish.publish")).click();
    await expect(page.getByRole("heading", { name: s("publish.state.published") })).toBeVisible();
    const link = page.getByRole("link", { name: /^http/ });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button(page, s("publish.share.copy")).press("Enter");
    await expect(page.getByText(s("publish.share.copied"))).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link.textContent());
    await expect(page.getByRole("link", { name: s("publish.share.view") })).toHaveAttribute(
      "href",
      new URL((await link.textContent())!).pathname,
    );

    const student = await api.student("Пётр Student");
    await api.call("POST", "enrollment/enrollments", student.token, { course_id: course });
    await page.getByRole("link", { name: s("tabs.students"), exact: true }).click();
    await expect(page.getByRole("rowheader", { name: "Пётр Student" })).toBeVisible();
    await expect(page.getByText(s("students.lessons", { done: 0, total: 1 }))).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: s("students.csv") }).click(),
    ]);
    const csv = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    const titles = { en: "Name,Email,Enrolled (UTC)", ru: "Имя;Почта;Дата записи (UTC)" }[locale];
    expect(csv.startsWith(`\ufeff${titles}`)).toBe(true);
    expect(csv).toContain("Пётр Student");
    expect(download.suggestedFilename()).toMatch(/^students-[a-z0-9-]*bread[a-z0-9-]*\.csv$/);

    await page.getByRole("link", { name: s("tabs.publish"), exact: true }).click();
    await button(page, s("publish.delete")).click();
    await button(page, s("publish.deleteForGood")).click();
    await expect(page.getByRole("alert").getByText(s("refusals.hasEnrollments"))).toBeVisible();
    await page.keyboard.press("Escape");
    await button(page, s("publish.archive")).click();
    await expect(page.getByRole("heading", { name: s("publish.state.archived") })).toBeVisible();
    await page.goto(inLocale(locale, "/studio?status=archived"));
    await expect(page.getByRole("link", { name: title })).toBeVisible();
  });
}

test("a roster is searched and sorted without JavaScript, and lessons are previewed in the player", async ({
  page,
  api,
  signIn,
  browser,
}) => {
  const teacher = await api.teacher();
  const course = await api.course(teacher, {}, 2);
  for (const name of ["Boris Borg", "Ann Arbor"]) await api.enroll(await api.student(name), course);
  await signIn(teacher);
  const scriptless = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await scriptless.newPage();
  await plain.goto(`/studio/courses/${course.id}/students`);
  await expect(plain.getByRole("rowheader")).toHaveText(["Ann Arbor", "Boris Borg"]);
  await plain.getByLabel(t("students.sortBy")).selectOption("progress");
  await button(plain, t("students.show")).click();
  await expect(plain).toHaveURL(/sort=progress/);
  await plain.getByLabel(t("students.search")).fill("BORG");
  await button(plain, t("students.show")).click();
  await expect(plain.getByRole("rowheader")).toHaveText(["Boris Borg"]);
  await expect(plain.getByLabel(t("students.sortBy"))).toHaveValue("progress");
  await scriptless.close();

  const own = await draft(api, teacher);
  await page.goto(`/studio/courses/${own.id}`);
  await page.getByRole("link", { name: t("preview.open") }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Alpha" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Course content" })).toBeVisible();
  await page.getByRole("link", { name: "Edit this lesson" }).click();
  await expect(page.getByLabel(t("lesson.content"), { exact: true })).toHaveValue("# Alpha");
});

test("a rejected teacher reads why and applies again", async ({ page, api, signIn }) => {
  const teacher = await api.applicant();
  await api.call("POST", "identity/me/application", teacher.token, { text: "I teach." });
  const reason = { reason: "Say what you base it on." };
  await api.call("PATCH", `identity/admin/users/${teacher.id}/reject`, await api.adminToken(), reason);
  await signIn(teacher);
  await page.goto("/studio");
  await expect(page.getByText(reason.reason)).toBeVisible();
  await axe(page);
  const field = page.getByLabel(t("application.field"));
  await expect(field).toHaveValue("I teach.");
  await field.fill(" ");
  await button(page, t("application.applyAgain")).click();
  await expect(page.getByRole("alert").filter({ hasText: "This field is required." })).toBeFocused();
  await field.fill("I teach what I did for ten years.");
  await button(page, t("application.applyAgain")).click();
  await expect(page.getByRole("heading", { name: t("application.waiting.title") })).toBeVisible();
});

test("an unverified teacher who opens the form by its URL is told why there is none", async ({ page, api, signIn }) => {
  await signIn(await api.applicant());
  await page.goto("/studio/courses/new");
  await expect(page.getByText(t("create.unverified"))).toBeVisible();
  await expect(button(page, t("create.submit"))).toHaveCount(0);
  await page.getByRole("link", { name: t("create.toApplication") }).click();
  await expect(page).toHaveURL(/\/studio$/);
});

test("another teacher's course is not there to edit, and students are kept out", async ({ page, api, signIn }) => {
  const owner = await api.teacher();
  const [published, own] = [await api.course(owner, {}, 1), await draft(api, owner)];
  await signIn(await api.teacher("Other Teacher"));
  for (const path of ["", "/curriculum", "/publish", "/students"]) {
    expect((await page.goto(`/studio/courses/${published.id}${path}`))!.status()).toBe(403);
    expect((await page.goto(`/studio/courses/${own.id}${path}`))!.status()).toBe(404);
  }
  expect((await page.goto(`/studio/courses/${own.id}/lessons/${own.lesson}`))!.status()).toBe(404);
  expect((await page.goto("/studio/courses/nonsense"))!.status()).toBe(404);
  expect((await page.request.get(`/bff/studio/rosters/${published.id}`)).status()).toBe(403);
  const write = { headers: { "If-Match": '"1"', Origin: new URL(page.url()).origin }, data: { title: "Mine now" } };
  expect((await page.request.put(`/bff/studio/lessons/${own.lesson}`, write)).status()).toBe(404);
  expect((await readLesson(api, owner, own.lesson)).title).toBe("Alpha");
});

test("a student has no studio", async ({ page, api, signIn }) => {
  await signIn(await api.student());
  expect((await page.goto("/studio"))!.status()).toBe(403);
});

test("a double click makes one course, saves once and adds one module", async ({ page, api, signIn }) => {
  await signIn(await api.teacher());
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(new URL(request.url()).pathname));
  const title = `Once ${randomUUID().slice(0, 8)}`;
  await page.goto("/studio/courses/new");
  await page.getByLabel(t("details.name")).fill(title);
  await button(page, t("create.submit")).dblclick();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  expect(posts).toHaveLength(1);

  await page.getByRole("link", { name: t("tabs.details"), exact: true }).click();
  await page.getByLabel(t("details.subtitle")).fill("Saved once");
  await button(page, t("details.save")).dblclick();
  await expect(page.getByText(t("details.done"), { exact: true })).toBeVisible();
  expect(posts).toHaveLength(2);

  await page.getByRole("link", { name: t("tabs.curriculum"), exact: true }).click();
  await button(page, t("curriculum.addModule")).click();
  await page.getByLabel(t("curriculum.moduleTitle")).fill("Only one");
  await button(page, t("curriculum.add")).dblclick();
  await expect(page.getByRole("heading", { level: 2, name: "Only one" })).toHaveCount(1);
  expect(posts).toHaveLength(3);
});

test("details saved over another window's change are refused by field, and saved when asked again", async ({
  page,
  api,
  signIn,
}) => {
  const { teacher, course } = await openDraft({ page, api, signIn });
  await api.call("PUT", `course/courses/${course.id}`, teacher.token, { subtitle: "From elsewhere" });
  await page.getByLabel(t("details.subtitle")).fill("From here");
  await page.getByLabel(t("details.price")).fill("49,5");
  await button(page, t("details.save")).click();
  await expect(page.getByRole("alert").filter({ hasText: t("conflict.course") })).toBeFocused();
  await expect(page.locator("#subtitle-error")).toHaveText(t("conflict.other", { value: "From elsewhere" }));
  await expect(page.getByLabel(t("details.subtitle"))).toHaveValue("From here");
  await axe(page);
  await button(page, t("details.save")).click();
  await expect(page.getByText(t("details.done"), { exact: true })).toBeVisible();
  const now = await api.call<object>("GET", `course/courses/${course.id}`, teacher.token);
  expect(now).toMatchObject({ subtitle: "From here", price: "49.50", is_free: false });
});

test("a version that only moved, as by a lesson written beside, is no conflict", async ({ page, api, signIn }) => {
  const { teacher, course } = await openDraft({ page, api, signIn });
  await api.call("PUT", `course/lessons/${course.lesson}`, teacher.token, { title: "Alpha beside" });
  await page.getByLabel(t("details.subtitle")).fill("Still mine");
  await button(page, t("details.save")).click();
  await expect(page.getByText(t("details.done"), { exact: true })).toBeVisible();
});

/** Every page of the studio with content, and the empty ones. */
async function pages(api: Api, teacher: Person) {
  const long = "Строка без пробелов".replaceAll(" ", "").repeat(11).slice(0, 200);
  const full = await api.course(teacher, { title: long, subtitle: "What it is about", price: "19.99" }, 2);
  const student = await api.student("Long Name ".repeat(9).trim());
  await api.call("PUT", `course/lessons/${full.lessonIds[0]}`, teacher.token, {
    video_url: VIDEO,
    duration_minutes: 75,
  });
  const paid = await api.call<{ id: string }>(
    "POST",
    "payment/payments",
    student.token,
    { course_id: full.id },
    { "Idempotency-Key": randomUUID() },
  );
  expect(paid.id).toBeTruthy();
  const empty = await api.call<{ id: string }>("POST", "course/courses", teacher.token, {
    title: "Empty",
    is_free: true,
  });
  const parts = ["", "/curriculum", "/publish", "/students", "/preview"];
  return [
    ...["/studio", "/studio?status=archived", "/studio/courses/new"],
    ...parts.map((part) => `/studio/courses/${full.id}${part}`),
    `/studio/courses/${full.id}/lessons/${full.lessonIds[0]}`,
    ...parts.map((part) => `/studio/courses/${empty.id}${part}`),
  ];
}

for (const scheme of SCHEMES) {
  test(`axe finds nothing in the studio, and nothing is wider than a phone, in ${scheme}`, async ({
    page,
    api,
    signIn,
  }) => {
    test.slow();
    const teacher = await api.teacher();
    const applicant = await api.applicant();
    const addresses = await pages(api, teacher);
    await page.emulateMedia({ colorScheme: scheme });
    await signIn(teacher);
    for (const address of addresses) await examine(page, address);
    await page.context().clearCookies();
    await signIn(applicant);
    await examine(page, "/studio");
    await api.call("POST", "identity/me/application", applicant.token, { text: "I teach." });
    await examine(page, "/studio");
  });
}

async function examine(page: Page, address: string) {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expectToFit(page);
  await axe(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await axe(page);
}
