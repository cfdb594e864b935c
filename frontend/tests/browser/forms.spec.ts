import { readdirSync } from "node:fs";
import { join } from "node:path";

import { ADMIN } from "./support/api";
import { expectKept, fill, formsWithText, setScene, type Visit, VISITS } from "./support/forms";
import { axe, expect, test } from "./support/test";
import { texts } from "./support/texts";

const t = texts("en", "common");
const APP = join(import.meta.dirname, "../../src/app/[locale]");

/** The routes with a page, as Next reads them from the folders. */
const ROUTES = readdirSync(APP, { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|\/)page\.tsx$/.test(file))
  .map((file) =>
    file
      .split("/")
      .slice(0, -1)
      .filter((part) => !part.startsWith("("))
      .join("/"),
  );

test("every route is in the list of visits", () => {
  expect(Object.keys(VISITS).sort()).toEqual([...ROUTES].sort());
});

const WITH_TEXT = Object.entries(VISITS).filter(([, visit]) => !visit.none);

for (const [route, visit] of WITH_TEXT) {
  test(`what was typed at /${route} stays: offline, server away, session ended`, async ({
    page,
    api,
    signIn,
    context,
  }) => {
    test.setTimeout(180_000);
    const scene = await setScene(api);
    const signedIn = visit.role !== "visitor";
    const again = async () => {
      if (signedIn) await signIn(visit.role === "admin" ? ADMIN : scene[visit.role as "student"]);
      await page.goto(visit.path(scene));
      await openDialogs(visit);
    };
    const openDialogs = async ({ open = [] }: Visit) => {
      for (const name of open) await page.getByRole("button", { name }).first().click();
    };

    await again();
    const count = await formsWithText(page).count();
    expect(count).toBeGreaterThan(0);
    for (let index = 0; index < count; index++) {
      if (index > 0) await page.goto(visit.path(scene)).then(() => openDialogs(visit));
      const form = formsWithText(page).nth(index);
      const submit = form.locator("button[type=submit]").last();
      const summary = form.getByRole("alert");

      const filled = await fill(form);
      await context.setOffline(true);
      await submit.click();
      await expect(summary).toContainText(t("form.offline"));
      await expect(summary).toBeFocused();
      await expectKept(form, filled);
      await context.setOffline(false);
      await axe(page);

      // What a reverse proxy answers while the front end is away.
      const away = (url: URL) => !url.pathname.startsWith("/_next/");
      await page.route(away, (request) =>
        request.request().method() === "POST"
          ? request.fulfill({ status: 503, contentType: "text/html", body: "<h1>503</h1>" })
          : request.continue(),
      );
      await submit.click();
      await expect(summary).toContainText(t("form.unreachable"));
      await expectKept(form, filled);
      await page.unroute(away);

      if (!signedIn) continue;
      await context.clearCookies();
      await submit.click();
      await expect(summary).toContainText(t("form.signedOut"));
      await expect(summary.getByRole("link", { name: t("form.login") })).toHaveAttribute("target", "_blank");
      await expectKept(form, filled);
      if (index < count - 1) await again();
    }
  });
}

test("a description that was not saved is there again after another tab, and can be discarded", async ({
  page,
  api,
  signIn,
}) => {
  const s = texts("en", "studio");
  const { teacher, draftId } = await setScene(api);
  await signIn(teacher);
  await page.goto(`/studio/courses/${draftId}`);
  const about = page.getByLabel(s("details.about"));
  await about.fill("A long text.");
  await page.getByRole("link", { name: s("tabs.curriculum") }).click();
  await expect(page).toHaveURL(/curriculum$/);
  await page.getByRole("link", { name: s("tabs.details") }).click();
  await expect(about).toHaveValue("A long text.");
  await expect(page.getByText(t("form.restored"))).toBeVisible();
  await page.reload();
  await expect(about).toHaveValue("A long text.");
  await page.getByRole("button", { name: t("form.discard") }).click();
  await expect(about).toHaveValue("");
  await about.fill("A better text.");
  await page.getByRole("button", { name: s("details.save"), exact: true }).click();
  await expect(page.getByText(s("details.done"), { exact: true })).toBeVisible();
  await page.reload();
  await expect(about).toHaveValue("A better text.");
  await expect(page.getByText(t("form.restored"))).toHaveCount(0);
});
