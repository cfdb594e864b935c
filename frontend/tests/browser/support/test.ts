import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

import { Api, type Person } from "./api";

interface Fixtures {
  api: Api;
  /** Sign a user in, in this test's browser. */
  signIn: (person: Pick<Person, "email" | "password">) => Promise<void>;
  /** Every message of the console; a test that logs an error there fails. */
  consoleErrors: string[];
}

export const test = base.extend<Fixtures>({
  api: async ({ request }, use) => use(new Api(request)),

  signIn: async ({ page }, use) => {
    await use(async ({ email, password }) => {
      await page.goto("/login");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page.getByRole("button", { name: "Account" })).toBeVisible();
    });
  },

  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(String(error)));
      await use(errors);
      // A missing or forbidden page says so by its status, which the console repeats.
      expect(errors.filter((error) => !error.startsWith("Failed to load resource"))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const LOADING = /^(Loading page|Страница загружается)$/;

/** Fail with axe's findings on the page in its present state, once no other page is being loaded. */
export async function axe(page: Page): Promise<void> {
  await expect(page.getByRole("progressbar", { name: LOADING })).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n    ")}`);
  expect(found, found.join("\n")).toEqual([]);
}

/** Fail when the page is wider than its window. */
export async function expectToFit(page: Page): Promise<void> {
  const { content, width } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    width: window.innerWidth,
  }));
  expect(content, `${page.url()} at ${width} px`).toBeLessThanOrEqual(width);
}

/** The narrowest phone, a usual one, a tablet, a desktop. */
export const WIDTHS = [320, 375, 768, 1440] as const;

/** Fail when the page, in its present state, is wider than its window at one of the widths. */
export async function expectToFitEverywhere(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await expectToFit(page);
  }
}

export const SCHEMES = ["light", "dark"] as const;
