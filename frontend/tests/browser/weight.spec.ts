import { expect, test } from "./support/test";

/** Kilobytes of script, packed, that a public page may load before anybody has touched it. */
const SCRIPT_BUDGET = 160;

for (const path of ["/", "/courses", "/login", "/ru/courses"]) {
  test(`${path} loads few scripts, and nothing on it moves in sight`, async ({ page }) => {
    await page.addInitScript(() => {
      const shifts: number[] = ((window as unknown as { shifts: number[] }).shifts = []);
      new PerformanceObserver((list) =>
        list.getEntries().forEach((entry) => shifts.push((entry as PerformanceEntry & { value: number }).value)),
      ).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(path, { waitUntil: "load" });
    await page.evaluate(() => document.fonts.ready);
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((entry) => entry.name.endsWith(".js"))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    );
    expect(bytes).toBeGreaterThan(0);
    expect(bytes / 1000).toBeLessThan(SCRIPT_BUDGET);
    const shift = await page.evaluate(() =>
      (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
    );
    // A font that arrives may move a letter by a part of a pixel.
    expect(shift).toBeLessThan(0.001);
  });
}
