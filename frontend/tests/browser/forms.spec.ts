import { readdirSync } from "node:fs";
import { join } from "node:path";

import { ADMIN } from "./support/api";
import { expectKept, fill, formsWithText, setScene, VISITS } from "./support/forms";
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
    await visit.prepare?.(scene);
    const signedIn = visit.role !== "visitor";
    const logIn = () => signIn(visit.role === "admin" ? ADMIN : scene[visit.role as "student"]);
    const openPage = async (inDialog: boolean) => {
      await page.goto(visit.path(scene));
      if (inDialog) await page.getByRole("button", { name: visit.open }).first().click();
    };
    /** Each form by its position on the page, then those of the dialog. */
    const places: [inDialog: boolean, index: number][] = [];
    if (signedIn) await logIn();
    for (const inDialog of visit.open ? [false, true] : [false]) {
      await openPage(inDialog);
      const count = await formsWithText(page, inDialog).count();
      for (let index = 0; index < count; index++) places.push([inDialog, index]);
    }
    expect(places.length).toBeGreaterThan(0);

    for (const [number, [inDialog, index]] of places.entries()) {
      if (signedIn && number > 0) await logIn();
      await openPage(inDialog);
      const form = formsWithText(page, inDialog).nth(index);
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

      // The response of a reverse proxy while the front end is unavailable.
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
