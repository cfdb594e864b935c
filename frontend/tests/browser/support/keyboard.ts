import { expect, type Locator, type Page } from "@playwright/test";

import type { Person } from "./api";

const FARTHEST = 80;

/** Press Tab until the control has the focus, as a user without a mouse does; each stop must be visible. */
export async function tabTo(page: Page, control: Locator) {
  await expect(control).toBeVisible();
  for (let step = 0; step < FARTHEST; step++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(stop)).toMatchObject({ outlined: true, inSight: true });
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab never came to ${control}.`);
}

/** Press Tab so many times; nothing may cover the focused element, not even a sticky bar. */
export async function expectFocusInSight(page: Page, stops: number) {
  for (let step = 0; step < stops; step++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const focused = document.activeElement!;
      const box = focused.getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return {
        what: focused.outerHTML.slice(0, 100),
        outlined: getComputedStyle(focused).outlineStyle !== "none",
        onTop: top !== null && (focused.contains(top) || top.contains(focused)),
      };
    });
    expect(seen, seen.what).toMatchObject({ outlined: true, onTop: true });
  }
}

/** Return the focused element, and whether it is visible. After the last control it is the browser's own. */
function stop() {
  const focused = document.activeElement!;
  if (focused === document.body) return { outlined: true, inSight: true };
  const box = focused.getBoundingClientRect();
  return {
    what: focused.outerHTML.slice(0, 120),
    outlined: getComputedStyle(focused).outlineStyle !== "none",
    inSight: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}

export async function pressOn(page: Page, control: Locator, key = "Enter") {
  await tabTo(page, control);
  await page.keyboard.press(key);
}

export async function typeInto(page: Page, control: Locator, text: string) {
  await tabTo(page, control);
  await page.keyboard.type(text);
}

/** Sign in by keyboard on the login page, which then redirects. */
export async function logIn(page: Page, { email, password }: Pick<Person, "email" | "password">) {
  await typeInto(page, page.getByLabel("Email"), email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}
