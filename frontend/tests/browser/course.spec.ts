import { expectFocusInSight } from "./support/keyboard";
import { giveReviews } from "./support/platform";
import { axe, expect, expectToFit, expectToFitEverywhere, SCHEMES, test, WIDTHS } from "./support/test";

test("a course tells what is in it, and the preview is open to everybody", async ({ page, api }) => {
  const course = await api.course(await api.teacher("Olga Chen"));
  await page.goto(`/courses/${course.slug}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(course.title);
  await expect(page.getByText("Lesson 2")).toBeVisible();
  await expect(page.getByRole("link", { name: "Lesson 2" })).toHaveCount(0);
  await page.getByRole("link", { name: "Lesson 1" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lesson 1");
  await axe(page);
});

test("a course found by its id is shown at its own address", async ({ page, api }) => {
  const course = await api.course(await api.teacher());
  await page.goto(`/ru/courses/${course.id}`);
  await expect(page).toHaveURL(new RegExp(`/ru/courses/${course.slug}$`));
});

test("a visitor who enrolls signs in first and comes back to the course", async ({ page, api }) => {
  const [course, student] = [await api.course(await api.teacher()), await api.student()];
  await page.goto(`/courses/${course.slug}`);
  await page.getByRole("button", { name: "Enroll for free" }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Email").fill(student.email);
  await page.getByLabel("Password", { exact: true }).fill(student.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname === `/courses/${course.slug}`);
  await page.getByRole("button", { name: "Enroll for free" }).click();
  await page.waitForURL((url) => url.pathname.startsWith(`/learn/${course.slug}`));
});

test("a double click enrolls once", async ({ page, api, signIn }) => {
  const [course, student] = [await api.course(await api.teacher()), await api.student()];
  await signIn(student);
  await page.goto(`/courses/${course.slug}`);
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.getByRole("button", { name: "Enroll for free" }).dblclick();
  await page.waitForURL((url) => url.pathname.startsWith("/learn/"));
  expect(posts).toHaveLength(1);
});

test("what a teacher wrote is never run", async ({ page, api }) => {
  const description = [
    "<script>window.hacked = true</script>",
    "<img src=x onerror='window.hacked = true'>",
    "[click](javascript:window.hacked=true)",
    '<iframe src="https://evil.example"></iframe>',
  ].join("\n\n");
  const course = await api.course(await api.teacher(), {
    description,
    subtitle: "</script><script>window.hacked=1</script>",
  });
  await page.goto(`/courses/${course.slug}`);
  await expect(page.getByText("click", { exact: true })).toBeVisible();
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  await expect(page.locator("main iframe, main [onerror], main a[href^='javascript']")).toHaveCount(0);
});

test("a title of 200 characters and no review break nothing", async ({ page, api }) => {
  const title = `Extraordinarily${"long".repeat(20)} ${"words of a title ".repeat(10)}`.slice(0, 200).trim();
  const course = await api.course(await api.teacher("N".repeat(90)), { title, subtitle: "s".repeat(150) });
  for (const path of [`/courses/${course.slug}`, `/courses?q=${encodeURIComponent(title.slice(0, 60))}`]) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      await expectToFit(page);
    }
  }
});

test("ten thousand reviews break nothing", async ({ page, api }) => {
  const course = await api.course(await api.teacher());
  await giveReviews(course.id, 10_000);
  await page.goto(`/courses/${course.slug}`);
  await axe(page);
  // The Russian pages come last: they set the language for pages without one.
  for (const [path, count] of [
    [`/courses/${course.slug}`, "10,000"],
    [`/courses?q=${encodeURIComponent(course.title)}`, "10,000"],
    [`/ru/courses/${course.slug}`, /10\s000/],
    [`/ru/courses?q=${encodeURIComponent(course.title)}`, /10\s000/],
  ] as const) {
    await page.goto(path);
    await expect(page.getByText(count).first()).toBeVisible();
    await expectToFitEverywhere(page);
  }
});

test("on a phone the price and the next step stay in sight, and cover nothing", async ({ page, api }) => {
  const course = await api.course(await api.teacher(), { price: "49.00", description: "Text.\n\n".repeat(60) });
  await page.setViewportSize({ width: 375, height: 667 });
  await page.goto(`/courses/${course.slug}`);
  const buy = page.getByRole("link", { name: "Buy now" });
  await expect(buy).toBeInViewport({ ratio: 1 });
  await expectFocusInSight(page, 20);
  await page.getByRole("button", { name: "Dark" }).scrollIntoViewIfNeeded();
  await page.getByRole("button", { name: "Dark" }).click({ trial: true });
  await expect(buy).toBeInViewport({ ratio: 1 });
  await expect(page.getByText("$49").first()).toBeInViewport({ ratio: 1 });
  await axe(page);
});

for (const colorScheme of SCHEMES) {
  test(`a course with reviews is accessible, ${colorScheme}`, async ({ page, api }) => {
    const { items } = await api.call<{ items: { slug: string; teacher_id: string }[] }>(
      "GET",
      "course/courses?sort=popular&limit=1",
    );
    await page.emulateMedia({ colorScheme });
    for (const path of [
      `/courses/${items[0]!.slug}`,
      `/ru/courses/${items[0]!.slug}`,
      `/teachers/${items[0]!.teacher_id}`,
    ]) {
      await page.goto(path);
      await axe(page);
    }
  });
}

test("a draft is nobody's business but its teacher's", async ({ page, api, signIn }) => {
  const teacher = await api.teacher();
  const body = { title: "Not yet ready", is_free: true };
  const draft = await api.call<{ slug: string }>("POST", "course/courses", teacher.token, body);
  expect((await page.goto(`/courses/${draft.slug}`))?.status()).toBe(404);
  await signIn(teacher);
  await page.goto(`/courses/${draft.slug}`);
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Edit in Studio" })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a course is readable, module by module", async ({ page, api }) => {
    const course = await api.course(await api.teacher());
    await page.goto(`/courses/${course.slug}`);
    await expect(page.getByText("Lesson 1")).toBeVisible();
    await page.getByText("Beginnings").click();
    await expect(page.getByText("Lesson 1")).toBeHidden();
  });
});
