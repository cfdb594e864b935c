import { expect, test } from "./support/test";

/** Kilobytes of compressed script that a public page may load before any interaction. */
const SCRIPT_BUDGET = 150;

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
    // A font that finishes loading may move a letter by a fraction of a pixel.
    expect(shift).toBeLessThan(0.001);
  });
}

test("scripts and stylesheets come as the browser takes them, and are the same in each way", async ({
  page,
  request,
}) => {
  await page.goto("/courses");
  const addresses = await page.evaluate(() =>
    performance.getEntriesByType("resource").map((entry) => entry.name.replace(location.origin, "")),
  );
  for (const [extension, type] of [
    ["js", "text/javascript"],
    ["css", "text/css"],
  ]) {
    const address = addresses.find((address) => address.endsWith(`.${extension}`)) ?? "";
    const get = (accepted: string) => request.get(address, { headers: { "Accept-Encoding": accepted } });
    const answers = {
      br: await get("gzip, deflate, br, zstd"),
      gzip: await get("gzip, br;q=0"),
      none: await get("identity"),
    };
    for (const answer of Object.values(answers)) {
      expect(answer.headers()["content-type"]).toContain(type);
      expect(answer.headers()["vary"]).toContain("Accept-Encoding");
      expect(answer.headers()["cache-control"]).toContain("immutable");
      expect(await answer.text()).toBe(await answers.none.text());
    }
    expect(answers.br.headers()["content-encoding"]).toBe("br");
    expect(answers.gzip.headers()["content-encoding"]).toBe("gzip");
    expect(answers.none.headers()["content-encoding"]).toBeUndefined();
  }
});
