import { randomUUID } from "node:crypto";

import { expectFocusInSight } from "./support/keyboard";
import { axe, expect, test } from "./support/test";

test("the theme is chosen once, holds, and is in the page before any script runs", async ({ page, browser }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const scriptless = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const other = await scriptless.newPage();
  await other.goto(new URL("/courses", page.url()).href);
  await expect(other.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(other.locator("html")).toHaveCSS("background-color", "rgb(19, 23, 28)");
  await scriptless.close();
});

test("the language changes on the same page with its filters", async ({ page }) => {
  // Before React has hydrated all of the page, when a change in place leaves parts of the old head.
  await page.goto("/courses?level=advanced&sort=rating", { waitUntil: "commit" });
  await page.getByRole("link", { name: "Русский" }).click();
  await page.waitForURL((url) => url.pathname === "/ru/courses" && url.searchParams.get("level") === "advanced");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Курсы");
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await expect(page.locator('link[rel="alternate"][hreflang="en"]')).toHaveCount(1);
});

test("going back restores the filters and the place on the page", async ({ page }) => {
  await page.goto("/courses");
  await page
    .getByRole("link", { name: /^Advanced/ })
    .first()
    .click();
  await expect(page).toHaveURL(/level=advanced/);
  await page.getByRole("article").nth(14).scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => window.scrollY);
  await page.getByRole("article").nth(14).getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Course content" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/level=advanced/);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(place - 50);
});

test("a change of page is announced", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Courses", exact: true }).first().click();
  await expect(page).toHaveTitle(/^Courses/);
  await expect(page.locator("next-route-announcer").getByText(/Courses/)).toHaveCount(1);
});

test("the order of the results takes effect when chosen", async ({ page }) => {
  await page.goto("/courses");
  await page.getByLabel("Sort by").selectOption("price_desc");
  await expect(page).toHaveURL(/sort=price_desc/);
  const prices = await page.getByRole("article").getByText(/^\$/).allTextContents();
  const numbers = prices.map((price) => Number(price.replace(/[^0-9.]/g, "")));
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
});

test("search leads from anywhere to the catalogue", async ({ page }) => {
  await page.goto("/status");
  await page.getByRole("searchbox").fill("python");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/courses" && url.searchParams.get("q") === "python");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Courses for “python”");
  await expect(page.getByRole("combobox", { name: "Search courses" })).toHaveValue("python");
});

test("courses are suggested while typing, by keyboard and by mouse, and the words typed stay", async ({
  page,
  api,
}) => {
  const unique = `zq${randomUUID().replace(/[^a-f]/g, "")}`;
  const teacher = await api.teacher();
  const [first, second] = [
    await api.course(teacher, { title: `${unique}able one` }, 1),
    await api.course(teacher, { title: `${unique}able two` }, 1),
  ];
  await page.goto("/status");
  const requests: string[] = [];
  page.on("request", (request) => request.url().includes("/suggest?") && requests.push(request.url()));
  await page.getByRole("searchbox").pressSequentially(`${unique}ab`);
  const field = page.getByRole("combobox", { name: "Search courses" });
  const options = page.getByRole("listbox", { name: "Suggested courses" }).getByRole("option");
  await expect(options).toHaveCount(2);
  expect(requests.length).toBeLessThan(unique.length);
  await expect(field).toHaveAttribute("aria-expanded", "true");
  await axe(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(field).toHaveAttribute("aria-activedescendant", (await options.nth(1).getAttribute("id"))!);
  await page.keyboard.press("ArrowDown");
  await expect(field).not.toHaveAttribute("aria-activedescendant");
  await page.keyboard.press("Escape");
  await expect(options).toHaveCount(0);
  await expect(field).toHaveValue(`${unique}ab`);
  await page.keyboard.press("l");
  await expect(options).toHaveCount(2);
  await page.keyboard.press("ArrowUp");
  const last = await options.nth(1).textContent();
  await page.keyboard.press("Enter");
  await page.waitForURL(`/courses/${last === first.title ? first.slug : second.slug}`);

  await field.fill(unique.slice(0, -1));
  await options.filter({ hasText: first.title }).click();
  await page.waitForURL(`/courses/${first.slug}`);
  await field.fill(unique);
  await expect(options).toHaveCount(2);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/courses" && url.searchParams.get("q") === unique);
});

for (const [path, width] of [
  ["/", 375],
  ["/", 1440],
  ["/courses?q=python", 375],
  ["/courses?q=python", 1440],
  ["/status", 375],
] as const) {
  test(`${path} has one search at ${width} px, its menu open or not`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(path);
    const menu = page.getByRole("button", { name: "Menu" });
    if (await menu.isVisible()) await menu.click();
    await expect(page.getByRole("searchbox")).toHaveCount(1);
  });
}

test("menus work by keyboard, and Escape closes them", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto("/");
  const button = page.getByRole("button", { name: "Menu" });
  await button.focus();
  await page.keyboard.press("Enter");
  const menu = page.locator("#site-menu");
  await expect(menu).toBeVisible();
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
});

test("what has the focus can be seen", async ({ page }) => {
  await page.goto("/courses");
  await expectFocusInSight(page, 25);
});

test("targets are large enough to hit", async ({ page }) => {
  for (const path of ["/", "/courses", "/login"]) {
    await page.goto(path);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")].flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        const stretched = getComputedStyle(element, "::after").position === "absolute";
        return width && height && !stretched && (width < 24 || height < 24) ? [element.outerHTML.slice(0, 120)] : [];
      }),
    );
    expect(small, path).toEqual([]);
  }
});

test("pages run only scripts of their own", async ({ request }) => {
  const headers = (await request.get("/courses")).headers();
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]+' 'strict-dynamic';/);
  expect(policy).not.toContain("unsafe-");
  expect(headers["x-powered-by"]).toBeUndefined();
});

// Pages, files, redirects and what is not there; above all what a list of exclusions could miss.
const PATHS = [
  ...["/", "/ru", "/en/courses", "/courses", "/courses/", "/courses/a.b", "/courses//a.js", "/courses/%2e%2e/x"],
  ...["/ru/x.html", "/ru/", "/ru/favicon.ico", "/ru/_next/x.js", "/learn/x.js", "/learn/x.js/y.css", "/studio/x.json"],
  ...["/.well-known/security.txt", "/.env", "/index.html", "/x.php", "/a%2eb", "/a;b.js", "/x.js/", "/%ff", "/a%00b"],
  ...["/favicon.ico", "/icon.svg", "/manifest.webmanifest", "/robots.txt", "/robots.txt/", "/courses.rsc", "/%2Fx.js"],
  ...["/sitemap.xml", "/sitemap.xml/x", "/sitemap/0.xml", "/sitemap/999.xml", "/sitemap/x.js", "/sitemap", "/account"],
  ...["/_next", "/_nextx", "/_next/x", "/_next/x.js", "/_next/static/chunks/none.js", "/_next/image?url=/icon.svg"],
  ...[
    "/_next/data/x/courses.json",
    "/__nextjs_original-stack-frame",
    "/bff",
    "/bff/x.js",
    "/bff/unread",
    "/health.txt",
  ],
  ...["/api", "/api/x", "/api/x/y.z", "/api/course/courses/a.b", "/api/course/docs", "/api/identity/me", "/metrics"],
];

test("every path carries the security headers, and takes no write from another origin", async ({
  request,
  baseURL,
}) => {
  const foreign = { headers: { origin: "https://evil.example" }, data: "x=1", maxRedirects: 0 };
  for (const path of PATHS) {
    const url = `${baseURL}${path}`;
    const responses = [await request.get(url, { maxRedirects: 0 }), await request.post(url, foreign)];
    for (const response of responses) {
      expect.soft(response.headers(), path).toMatchObject({
        "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": expect.stringContaining("camera=()"),
      });
      expect.soft(response.status(), path).toBeLessThan(500);
    }
    // 308 sends the browser to the same path as Next spells it, which rejects the request like any other.
    expect.soft([308, 400, 403, 404, 405, 415], path).toContain(responses[1]?.status());
  }
});

test("the sitemap is an index of files, and the first of them lists the site", async ({ request }) => {
  const index = await (await request.get("/sitemap.xml")).text();
  const [, first = ""] = /<loc>([^<]+)<\/loc>/.exec(index) ?? [];
  expect(new URL(first).pathname).toBe("/sitemap/0.xml");
  const file = await request.get(new URL(first).pathname);
  expect(file.headers()["content-type"]).toBe("application/xml");
  expect(await file.text()).toMatch(/<loc>[^<]+\/courses\/[^<]+<\/loc><xhtml:link rel="alternate" hreflang="en"/);
});

test("prices, dates and numbers read as each language writes them", async ({ page, api }) => {
  const course = await api.course(await api.teacher(), { price: "1249.50" });
  await page.goto(`/courses/${course.slug}`);
  await expect(page.getByText("$1,249.50").first()).toBeVisible();
  await page.goto(`/ru/courses/${course.slug}`);
  await expect(page.getByText(/1\s249,50\s\$/).first()).toBeVisible();
  await expect(page.getByText("3 урока")).toBeVisible();
});

test("whoever wants less motion gets next to none", async ({ page }) => {
  const duration = () =>
    page
      .getByRole("button", { name: "Log in" })
      .evaluate((element) => parseFloat(getComputedStyle(element).transitionDuration));
  await page.goto("/login");
  expect(await duration()).toBeGreaterThan(0.05);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await duration()).toBeLessThan(0.001);
});
