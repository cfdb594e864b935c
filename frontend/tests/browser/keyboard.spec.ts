import { randomUUID } from "node:crypto";

import { ADMIN } from "./support/api";
import { logIn, pressOn, tabTo, typeInto } from "./support/keyboard";
import { expect, test } from "./support/test";
import { texts } from "./support/texts";

test("a student takes a free course and reviews it", async ({ page, api }) => {
  const course = await api.course(await api.teacher(), {}, 2);
  await page.goto(`/login?next=/courses/${course.slug}`);
  await logIn(page, await api.student());
  await pressOn(page, page.getByRole("button", { name: "Enroll for free" }));
  await pressOn(page, page.getByRole("button", { name: "Complete and continue" }));
  await expect(page.getByRole("heading", { level: 1, name: "Lesson 2" })).toBeFocused();
  await pressOn(page, page.getByRole("button", { name: "Finish course" }));
  await expect(page.getByRole("heading", { level: 1, name: /You've completed/ })).toBeFocused();
  await tabTo(page, page.getByRole("radio", { name: "1 star" }));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "3 stars" })).toBeChecked();
  await page.keyboard.press("Tab");
  await page.keyboard.type("By keyboard.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Your review is published.")).toBeFocused();
});

test("a student buys a course, starts it, and looks at the order", async ({ page, api }) => {
  const [t, nav] = [texts("en", "checkout"), texts("en", "common")];
  const course = await api.course(await api.teacher(), { price: "49.99" });
  await page.goto(`/login?next=/courses/${course.slug}`);
  await logIn(page, await api.student());
  await pressOn(page, page.getByRole("link", { name: texts("en", "course")("enroll.buy") }));
  await pressOn(page, page.getByRole("button", { name: /^Pay/ }));
  await expect(page.getByRole("heading", { level: 1, name: t("purchase.owned.title") })).toBeFocused();
  await pressOn(page, page.getByRole("link", { name: t("purchase.ways.learn") }));
  await expect(page.getByRole("heading", { level: 1, name: "Lesson 1" })).toBeVisible();

  const account = page.getByRole("button", { name: nav("nav.account") });
  await pressOn(page, account);
  await page.keyboard.press("Escape");
  await expect(account).toBeFocused();
  await page.keyboard.press("Enter");
  await pressOn(page, page.getByRole("link", { name: nav("nav.orders") }));
  const refund = page.getByRole("button", { name: `Refund: “${course.title}”` });
  await pressOn(page, refund);
  await expect(page.getByRole("dialog")).toBeVisible();
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("dialog").locator(":focus")).toHaveCount(1);
  }
  await page.keyboard.press("Escape");
  await expect(refund).toBeFocused();
});

test("a teacher writes and publishes a course, and sees who takes it", async ({ page, api }) => {
  test.slow();
  const t = texts("en", "studio");
  const title = `By keys ${randomUUID().slice(0, 8)}`;
  await page.goto("/login?next=/studio");
  await logIn(page, await api.teacher());
  await pressOn(page, page.getByRole("link", { name: t("create.open") }).first());
  await typeInto(page, page.getByLabel(t("details.name")), title);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  const course = /courses\/([0-9a-f-]{36})/.exec(page.url())![1]!;

  await pressOn(page, page.getByRole("link", { name: t("tabs.details"), exact: true }));
  await typeInto(page, page.getByLabel(t("details.about")), "Written without a mouse.");
  await typeInto(page, page.getByLabel(t("details.category")), "Gard");
  await pressOn(page, page.getByRole("button", { name: t("details.save"), exact: true }));
  await expect(page.getByText(t("details.done"), { exact: true })).toBeVisible();

  await pressOn(page, page.getByRole("link", { name: t("tabs.curriculum"), exact: true }));
  const addModule = page.getByRole("button", { name: t("curriculum.addModule"), exact: true });
  await pressOn(page, addModule);
  await expect(page.getByLabel(t("curriculum.moduleTitle"))).toBeFocused();
  await page.keyboard.type("Opening");
  await page.keyboard.press("Enter");
  await expect(addModule).toBeFocused();
  const addLesson = page.getByRole("button", { name: t("curriculum.addLessonTo", { module: "Opening" }) });
  await pressOn(page, addLesson);
  await expect(page.getByLabel(t("curriculum.lessonTitle"))).toBeFocused();
  await page.keyboard.type("Keys");
  await page.keyboard.press("Enter");
  await expect(addLesson).toBeFocused();

  await pressOn(page, page.getByRole("link", { name: "Keys", exact: true }));
  await typeInto(page, page.getByLabel(t("lesson.content"), { exact: true }), "Press **Tab**.");
  await expect(page.locator("[role=status][data-state=saved]")).toBeVisible();
  await pressOn(page, page.getByRole("link", { name: title }));
  await pressOn(page, page.getByRole("link", { name: t("tabs.publish"), exact: true }));
  await pressOn(page, page.getByRole("button", { name: t("publish.publish"), exact: true }));
  await expect(page.getByRole("heading", { name: t("publish.state.published") })).toBeVisible();

  const student = await api.student("Stu Dent");
  await api.call("POST", "enrollment/enrollments", student.token, { course_id: course });
  await pressOn(page, page.getByRole("link", { name: t("tabs.students"), exact: true }));
  await expect(page.getByRole("rowheader", { name: student.name })).toBeVisible();
});

test("an admin verifies a teacher", async ({ page, api }) => {
  const t = texts("en", "admin");
  const teacher = await api.applicant(`Kay ${randomUUID().slice(0, 8)}`);
  await page.goto(`/login?next=/admin/teachers?id=${teacher.id}`);
  await logIn(page, ADMIN);
  await expect(page.getByRole("heading", { name: teacher.name })).toBeVisible();
  await pressOn(page, page.getByRole("button", { name: t("teachers.approve") }));
  await expect(page.getByText(t("teachers.approved", { name: teacher.name }))).toBeVisible();
});
