import { axe, expect, expectToFit, SCHEMES, test, WIDTHS } from "./support/test";

const PAGES = [
  "/",
  "/courses",
  "/courses?q=zzzzzzzz",
  "/login?notice=password",
  "/register",
  "/forgot-password",
  "/reset-password?token=old",
  "/verify-email?token=old",
  "/expired?next=/learn",
  "/status",
  "/no-such-page",
  "/ru",
  "/ru/courses?level=beginner&price=free",
  "/ru/register",
];

for (const path of PAGES) {
  for (const colorScheme of SCHEMES) {
    test(`${path} is accessible, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      await axe(page);
    });
  }

  test(`${path} has one h1, a title and a description of its own`, async ({ page }) => {
    await page.goto(path);
    await expect(page.locator("h1")).toHaveCount(1);
    await expect(page).toHaveTitle(/EduPlatform/);
    await expect(page.locator('meta[name="description"]')).toHaveAttribute("content", /.{10}/);
  });

  test(`${path} never scrolls sideways`, async ({ page }) => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      await expectToFit(page);
    }
  });
}

test("the skip link is the first stop of the keyboard and leads to the content", async ({ page }) => {
  await page.goto("/courses");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
});

test("a page that does not exist says so by its status", async ({ page }) => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await page.getByRole("link", { name: "Browse courses" }).click();
  await expect(page).toHaveURL(/\/courses$/);
});

test("a search that finds nothing leads to all courses", async ({ page }) => {
  await page.goto("/courses?q=zzzzzzzz");
  await page.getByRole("link", { name: "Show all courses" }).click();
  await expect(page.getByRole("article").first()).toBeVisible();
  await expect(page).toHaveURL(/\/courses$/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the catalogue shows courses, filters and the next page", async ({ page }) => {
    await page.goto("/courses");
    await expect(page.getByRole("article").first()).toBeVisible();
    await page.getByRole("link", { name: "Next" }).click();
    await expect(page).toHaveURL(/page=2/);
    await expect(page.getByRole("article").first()).toBeVisible();
  });
});
