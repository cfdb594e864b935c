import type { Page, Request } from "@playwright/test";

import type { Api, Course, Person } from "./support/api";
import { axe, expect, expectToFit, SCHEMES, test, WIDTHS } from "./support/test";
import { inLocale, LOCALES, texts } from "./support/texts";

const VIDEO = "https://www.youtube.com/watch?v=aqz-KE-bpKQ";

async function learner(api: Api, lessons = 3): Promise<{ student: Person; course: Course; teacher: Person }> {
  const teacher = await api.teacher();
  const [course, student] = await Promise.all([api.course(teacher, {}, lessons), api.student()]);
  await api.enroll(student, course);
  return { student, course, teacher };
}

const complete = (api: Api, student: Person, course: Course, lesson: string) =>
  api.call("POST", `enrollment/progress/lessons/${lesson}/complete`, student.token, { course_id: course.id });

const doneLessons = async (api: Api, student: Person, course: Course) => {
  const path = `enrollment/progress/courses/${course.id}/lessons`;
  return (await api.call<{ completed_lesson_ids: string[] }>("GET", path, student.token)).completed_lesson_ids;
};

for (const locale of LOCALES) {
  test(`a student takes a free course from its page to the certificate, in ${locale}`, async ({
    page,
    api,
    signIn,
  }) => {
    const [t, course_t, common] = [texts(locale, "learn"), texts(locale, "course"), texts(locale, "common")];
    const course = await api.course(await api.teacher(), {}, 2);
    await signIn(await api.student());
    await page.goto(inLocale(locale, `/courses/${course.slug}`));
    await page.getByRole("button", { name: course_t("enroll.free") }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Lesson 1" })).toBeVisible();
    await page.getByRole("button", { name: t("player.complete") }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Lesson 2" })).toBeFocused();
    await expect(page.getByText(t("player.count", { done: 1, total: 2 }))).toBeVisible();
    await page.getByRole("button", { name: t("player.finish") }).click();
    await expect(page.getByRole("heading", { name: t("finished.title", { course: course.title }) })).toBeFocused();

    await page.getByRole("radio", { name: common("rating.stars", { count: 4 }) }).check();
    await page.getByLabel(t("review.comment")).fill("Clear and short.");
    await page.getByRole("button", { name: t("review.publish") }).click();
    await expect(page.getByText(t("review.saved"))).toBeFocused();

    await page.getByRole("link", { name: t("finished.certificate") }).click();
    await expect(page).toHaveURL(/\/certificates\/.+/);
    await page.goto(inLocale(locale, "/learn"));
    await expect(page.getByRole("heading", { name: t("finishedCourses") })).toBeVisible();
    await expect(page.getByRole("link", { name: t("certificateOf", { course: course.title }) })).toBeVisible();
    await page.goto(inLocale(locale, "/certificates"));
    await expect(page.getByRole("link", { name: course.title, exact: true })).toBeVisible();
  });
}

test("a mark that cannot be saved goes back, and the next try keeps it", async ({ page, api, signIn }) => {
  const { student, course } = await learner(api);
  await signIn(student);
  await page.goto(`/learn/${course.slug}/${course.lessonIds[0]}`);
  await page.route("**/bff/progress/lessons/*", (route) => route.abort());
  await page.getByRole("button", { name: "Complete and continue" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Lesson 2" })).toBeVisible();
  await expect(page.getByText("We couldn't save your progress in “Lesson 1”")).toBeVisible();
  await expect(page.getByText("0 of 3 lessons completed")).toBeVisible();
  expect(await doneLessons(api, student, course)).toEqual([]);

  await page.unroute("**/bff/progress/lessons/*");
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Lesson 1" })).toBeFocused();
  await page.getByRole("button", { name: "Complete and continue" }).click();
  await expect(page.getByText("1 of 3 lessons completed")).toBeVisible();
  await expect.poll(() => doneLessons(api, student, course)).toEqual([course.lessonIds[0]]);
});

test("the last mark that cannot be saved leaves one on the lesson", async ({ page, api, signIn }) => {
  const { student, course } = await learner(api, 1);
  await signIn(student);
  await page.goto(`/learn/${course.slug}`);
  await page.route("**/bff/progress/lessons/*", (route) => route.abort());
  const finish = page.getByRole("button", { name: "Finish course" });
  await finish.click();
  await expect(page.getByText("We couldn't save your progress in “Lesson 1”")).toBeVisible();
  await page.unroute("**/bff/progress/lessons/*");
  await finish.click();
  await expect(page.getByRole("heading", { level: 1, name: /You've completed/ })).toBeVisible();
});

test("a course opens where it was left, and a mark can be taken back", async ({ page, api, signIn }) => {
  const { student, course } = await learner(api);
  await signIn(student);
  await page.goto(`/learn/${course.slug}`);
  await expect(page).toHaveURL(new RegExp(course.lessonIds[0]!));
  const noted = page.waitForResponse((answer) => answer.url().endsWith(`${course.lessonIds[1]}/position`));
  await page.getByRole("link", { name: "Lesson 2" }).click();
  expect((await noted).status()).toBe(200);
  await page.goto("/learn");
  await expect(page.getByText("Up next: Lesson 2")).toBeVisible();
  await page.getByRole("link", { name: "Continue", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(course.lessonIds[1]!));

  await complete(api, student, course, course.lessonIds[1]!);
  await page.reload();
  await page.getByRole("button", { name: "Mark as incomplete" }).click();
  await expect(page.getByText("0 of 3 lessons completed")).toBeVisible();
  await expect.poll(() => doneLessons(api, student, course)).toEqual([]);
});

test("a video goes on where it was left", async ({ page, api, signIn }) => {
  const { student, course, teacher } = await learner(api, 1);
  await api.call("PUT", `course/lessons/${course.lessonIds[0]}`, teacher.token, { video_url: VIDEO });
  // A fake of the host's player, as far as it matters here: it reports its position whenever it is asked to.
  const player = `<script>
    let currentTime = 83.4;
    const report = () => parent.postMessage(JSON.stringify({ event: "infoDelivery", info: { currentTime } }), "*");
    onmessage = ({ data }) => {
      if (String(data).includes("listening")) report();
    };
    function watchUntil(seconds) {
      currentTime = seconds;
      report();
    }
  </script>`;
  await page.route(/https:\/\/www\.youtube/, (route) => route.fulfill({ contentType: "text/html", body: player }));
  const saves = { open: 0, atOnce: 0 };
  const isSave = (request: Request) => request.url().endsWith("/position");
  page.on("request", (request) => {
    if (isSave(request)) saves.atOnce = Math.max(saves.atOnce, ++saves.open);
  });
  page.on("requestfinished", (request) => {
    if (isSave(request)) saves.open--;
  });
  await signIn(student);
  await page.goto(`/learn/${course.slug}`);
  const frame = page.locator("iframe");
  await expect(frame).toHaveAttribute("title", "Video: Lesson 1");
  await frame.scrollIntoViewIfNeeded();
  const path = `enrollment/progress/courses/${course.id}/lessons`;
  const positions = async () =>
    (await api.call<{ positions: Record<string, number> }>("GET", path, student.token)).positions;
  await expect.poll(positions).toEqual({ [course.lessonIds[0]!]: 83 });
  expect(saves.atOnce, "an older save that is answered last would win").toBe(1);
  const visited = page.waitForResponse((response) => response.url().endsWith("/position"));
  await page.reload();
  await expect(frame).toHaveAttribute("src", /[?&]start=83(&|$)/);
  await visited;

  // What was watched after the last step is saved when the user leaves.
  await frame.scrollIntoViewIfNeeded();
  await page.evaluate(() =>
    addEventListener("message", ({ data }) => {
      if (String(data).includes("88")) document.body.dataset.heard = "88";
    }),
  );
  await frame
    .contentFrame()
    .locator("html")
    .evaluate(() => (window as unknown as { watchUntil: (seconds: number) => void }).watchUntil(88));
  await expect(page.locator("body[data-heard='88']")).toBeAttached();
  await page.goto("/learn");
  await expect.poll(positions).toEqual({ [course.lessonIds[0]!]: 88 });

  const replaced = "https://player.vimeo.com/video/76979871";
  await api.call("PUT", `course/lessons/${course.lessonIds[0]}`, teacher.token, { video_url: replaced });
  await page.goto(`/learn/${course.slug}`);
  await expect(frame).toHaveAttribute("src", replaced);
});

test("text of a teacher is shown, with code in colour, and never run", async ({ page, api, signIn }) => {
  const { student, course, teacher } = await learner(api, 1);
  const content =
    "```python\ndef f():\n    return 1\n```\n\n<script>window.ran = 1</script>\n\n[click](javascript:window.ran=1)";
  await api.call("PUT", `course/lessons/${course.lessonIds[0]}`, teacher.token, { content });
  await signIn(student);
  await page.goto(`/learn/${course.slug}`);
  await expect(page.locator("pre .hljs-keyword").first()).toHaveText("def");
  await expect(page.locator('a[href^="javascript"]')).toHaveCount(0);
  expect(await page.evaluate(() => "ran" in window)).toBe(false);
});

test("whoever does not take the course is led to its page, and a strange lesson is not there", async ({
  page,
  api,
  signIn,
}) => {
  const { student, course } = await learner(api);
  const other = await api.course(await api.teacher());
  await signIn(student);
  await page.goto(`/learn/${other.slug}`);
  await expect(page).toHaveURL(new RegExp(`/courses/${other.slug}$`));
  await page.goto(`/learn/${course.slug}/${other.lessonIds[0]}`);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
});

test("a teacher looks into the own course, and nothing is counted", async ({ page, api, signIn }) => {
  const { course, teacher } = await learner(api);
  await signIn(teacher);
  await page.goto(`/learn/${course.slug}`);
  await expect(page.getByText("You're previewing as a student.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Complete and continue" })).toHaveCount(0);
  await page.getByRole("link", { name: "Next lesson" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Lesson 2" })).toBeVisible();
});

test("an own review is written, changed and deleted from my learning", async ({ page, api, signIn }) => {
  const { student, course } = await learner(api, 1);
  await complete(api, student, course, course.lessonIds[0]!);
  await signIn(student);
  await page.goto("/learn");
  await page.getByRole("button", { name: `Write a review: “${course.title}”` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What would you tell other students?").fill("Kept while wrong.");
  await dialog.getByRole("button", { name: "Publish review" }).click();
  await expect(dialog.getByRole("alert")).toBeFocused();
  await expect(dialog.getByLabel("What would you tell other students?")).toHaveValue("Kept while wrong.");
  await axe(page);
  await dialog.getByRole("radio", { name: "5 stars" }).check();
  await dialog.getByRole("button", { name: "Publish review" }).click();
  await expect(dialog.getByText("Your review is published.")).toBeVisible();
  await dialog.getByRole("radio", { name: "2 stars" }).check();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  const reviews = async () =>
    (await api.call<{ items: { rating: number }[] }>("GET", `course/reviews/course/${course.id}`)).items;
  await expect.poll(reviews).toMatchObject([{ rating: 2 }]);
  await dialog.getByRole("button", { name: "Delete review" }).click();
  await expect.poll(reviews).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: `Write a review: “${course.title}”` })).toBeFocused();
});

const LONG = "An unusually long title of a course ".repeat(6).slice(0, 200).trim();

for (const colorScheme of SCHEMES) {
  test(`all states are accessible and never scroll sideways, ${colorScheme}`, async ({ page, api, signIn }) => {
    test.setTimeout(180_000);
    const teacher = await api.teacher();
    const student = await api.student();
    await page.emulateMedia({ colorScheme });
    await signIn(student);
    const empty = ["/learn", "/certificates"];
    for (const path of empty) await look(page, path);
    const [course, second, third] = [
      await api.course(teacher, { title: LONG }, 2),
      await api.course(teacher, {}, 1),
      await api.course(teacher),
    ];
    for (const each of [course, second, third]) await api.enroll(student, each);
    await complete(api, student, second, second.lessonIds[0]!);
    await complete(api, student, course, course.lessonIds[0]!);
    for (const path of ["/learn", "/certificates", `/learn/${course.slug}`, `/learn/${second.slug}/finished`]) {
      await look(page, path);
    }
    await page.setViewportSize({ width: 375, height: 800 });
    await page.goto(`/learn/${course.slug}`);
    await page.getByRole("button", { name: "Course content" }).click();
    await expect(page.getByRole("navigation", { name: "Course content" })).toBeVisible();
    await axe(page);
    await look(page, "/ru/learn");
  });
}

async function look(page: Page, path: string) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(path);
    await expect(page.locator("h1")).toHaveCount(1);
    await expectToFit(page);
  }
  await axe(page);
}
