import type { Page } from "@playwright/test";

import type { Person } from "./support/api";
import { button, type Draft, openDraft, readLesson, saved } from "./support/studio";
import { axe, expect, test } from "./support/test";
import { texts } from "./support/texts";

const t = texts("en", "studio");

test.describe("a lesson saves itself", () => {
  let teacher: Person;
  let course: Draft;
  test.beforeEach(async ({ page, api, signIn }) => {
    ({ teacher, course } = await openDraft({ page, api, signIn }, ({ lesson }) => `/lessons/${lesson}`));
  });
  const content = (page: Page) => page.getByLabel(t("lesson.content"), { exact: true });

  test("and what was typed the moment before leaving is there, also by the Back button", async ({ page, api }) => {
    await content(page).fill("Written in a hurry.");
    await page.getByRole("link", { name: course.title }).click();
    await expect(page.getByRole("heading", { level: 2, name: "First" })).toBeVisible();
    await expect.poll(async () => (await readLesson(api, teacher, course.lesson)).content).toBe("Written in a hurry.");
    await page.goBack();
    await expect(content(page)).toHaveValue("Written in a hurry.");
    await page.getByLabel(t("lesson.title")).fill("Alpha, renamed");
    await expect(saved(page)).toBeVisible();
    await page.getByRole("link", { name: course.title }).click();
    await expect(page.getByRole("link", { name: "Alpha, renamed" })).toBeVisible();
  });

  test("and not over another window's text: the teacher chooses", async ({ page, api }) => {
    await api.call("PUT", `course/lessons/${course.lesson}`, teacher.token, { content: "From elsewhere" });
    await content(page).fill("From here");
    const conflict = page.getByRole("alert").filter({ hasText: t("conflict.lesson") });
    await expect(conflict).toBeFocused();
    await expect(conflict).toContainText("From elsewhere");
    await axe(page);
    await page.reload();
    await expect(content(page)).toHaveValue("From here");
    await button(page, t("conflict.keepMine")).click();
    await expect(saved(page)).toBeVisible();
    expect((await readLesson(api, teacher, course.lesson)).content).toBe("From here");

    await api.call("PUT", `course/lessons/${course.lesson}`, teacher.token, { content: "Elsewhere again" });
    await content(page).fill("From here again");
    await button(page, t("conflict.takeTheirs")).click();
    await expect(content(page)).toHaveValue("Elsewhere again");
    await expect(saved(page)).toBeVisible();
  });

  test("except for what is wrong, which is marked", async ({ page, api }) => {
    await page.getByLabel(t("lesson.video"), { exact: true }).fill("https://example.com/film");
    await content(page).fill("The rest is saved.");
    await page.getByLabel(t("lesson.minutes")).fill("a while");
    await expect(page.getByText(t("lesson.wrong.video_url"))).toBeVisible();
    await expect(page.getByText(t("lesson.wrong.duration_minutes"))).toBeVisible();
    await expect(page.getByText(t("saving.invalid"))).toBeVisible();
    await axe(page);
    expect(await readLesson(api, teacher, course.lesson)).toMatchObject({
      content: "The rest is saved.",
      video_url: null,
    });
    await page.getByLabel(t("lesson.minutes")).fill("9");
    await page.getByLabel(t("lesson.video"), { exact: true }).fill("https://vimeo.com/123456");
    await expect(saved(page)).toBeVisible();
    expect((await readLesson(api, teacher, course.lesson)).video_url).toBe("https://player.vimeo.com/video/123456");
  });

  test("and keeps the text in the browser while there is no connection", async ({ page, api, context }) => {
    await context.setOffline(true);
    await content(page).fill("Written on a train.");
    await expect(page.getByText(t("saving.offline"))).toBeVisible();
    await context.setOffline(false);
    await page.reload();
    await expect(content(page)).toHaveValue("Written on a train.");
    await expect(saved(page)).toBeVisible();
    expect((await readLesson(api, teacher, course.lesson)).content).toBe("Written on a train.");
  });
});
