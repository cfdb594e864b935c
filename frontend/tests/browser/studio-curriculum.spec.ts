import type { Page } from "@playwright/test";

import { button, openDraft, outline } from "./support/studio";
import { axe, expect, test } from "./support/test";
import { texts } from "./support/texts";

const t = texts("en", "studio");

test("modules and lessons are put into order by the keyboard, and the focus goes along", async ({
  page,
  api,
  signIn,
}) => {
  const { teacher, course } = await openDraft({ page, api, signIn }, () => "/curriculum");
  const up = (title: string) => button(page, t("curriculum.up", { title }));
  const down = (title: string) => button(page, t("curriculum.down", { title }));

  await down("Alpha").focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => outline(api, teacher, course.id)).toEqual(["First: Beta Alpha", "Second: "]);
  await expect(down("Alpha")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect.poll(() => outline(api, teacher, course.id)).toEqual(["First: Beta", "Second: Alpha"]);
  await expect(down("Alpha")).toBeFocused();
  const place = { title: "Alpha", place: 1, total: 1, module: "Second" };
  await expect(page.getByText(t("curriculum.movedLesson", place))).toBeAttached();
  await expect(down("Alpha")).toHaveAttribute("aria-disabled", "true");

  await up("Second").focus();
  await page.keyboard.press("Space");
  await expect.poll(() => outline(api, teacher, course.id)).toEqual(["Second: Alpha", "First: Beta"]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(["Second", "First"]);
});

test("lessons and modules are dragged", async ({ page, api, signIn }) => {
  const { teacher, course } = await openDraft({ page, api, signIn }, () => "/curriculum");
  const grip = (title: string) =>
    page
      .locator("li")
      .filter({ has: page.getByText(title, { exact: true }) })
      .last()
      .locator("[data-grip]")
      .first();

  await drag(page, grip("Beta"), grip("Alpha"));
  await expect.poll(() => outline(api, teacher, course.id)).toEqual(["First: Beta Alpha", "Second: "]);
  await drag(page, grip("Second"), grip("First"));
  await expect.poll(() => outline(api, teacher, course.id)).toEqual(["Second: ", "First: Beta Alpha"]);
});

async function drag(page: Page, from: ReturnType<Page["locator"]>, to: ReturnType<Page["locator"]>) {
  const [start, end] = [(await from.boundingBox())!, (await to.boundingBox())!];
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 12 });
  await page.mouse.up();
}

test("modules and lessons are renamed, and deleted after a question", async ({ page, api, signIn }) => {
  const { teacher, course } = await openDraft({ page, api, signIn }, () => "/curriculum");
  const rename = button(page, t("curriculum.renameOf", { title: "First" }));
  await rename.click();
  await page.getByLabel(t("curriculum.newTitle")).fill(" ");
  await button(page, t("curriculum.rename")).click();
  await expect(page.getByText("This field is required.")).toBeVisible();
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(rename).toBeFocused();
  await rename.click();
  await page.getByLabel(t("curriculum.newTitle")).fill("Opening");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Opening" })).toBeVisible();

  await button(page, t("curriculum.deleteOf", { title: "Opening" })).click();
  await expect(page.getByText("with its 2 lessons")).toBeVisible();
  await button(page, "Cancel").click();
  await button(page, t("curriculum.deleteOf", { title: "Alpha" })).click();
  await button(page, t("curriculum.delete")).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("link", { name: "Alpha" })).toHaveCount(0);
  expect(await outline(api, teacher, course.id)).toEqual(["Opening: Beta", "Second: "]);
});

test("a change of a curriculum that another window changed is refused in words, and the page catches up", async ({
  page,
  api,
  signIn,
}) => {
  const { teacher, course } = await openDraft({ page, api, signIn }, () => "/curriculum");
  await api.call("DELETE", `course/lessons/${course.lesson}`, teacher.token);
  await button(page, t("curriculum.down", { title: "First" })).click();
  await expect(page.getByText(t("refusals.curriculumMismatch"))).toBeVisible();
  await expect(page.getByRole("link", { name: "Alpha" })).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(["First", "Second"]);
});
