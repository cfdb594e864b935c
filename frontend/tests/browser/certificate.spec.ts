import { readFileSync } from "node:fs";

import type { Api, Course, Person } from "./support/api";
import { axe, expect, expectToFit, SCHEMES, test, WIDTHS } from "./support/test";
import { inLocale, LOCALES, texts } from "./support/texts";

/** Complete the course's only lesson as a student; return the certificate's code. */
async function finish(api: Api, student: Person, course: Course): Promise<string> {
  await api.enroll(student, course);
  const lesson = course.lessonIds[0];
  await api.call("POST", `enrollment/progress/lessons/${lesson}/complete`, student.token, { course_id: course.id });
  const { items } = await api.call<{ items: { code: string }[] }>("GET", "enrollment/certificates/me", student.token);
  return items[0]!.code;
}

for (const colorScheme of SCHEMES) {
  test(`a certificate is there for whoever has its code, ${colorScheme}`, async ({ page, api }) => {
    const course = await api.course(await api.teacher(), { title: `Grafting ${"roses".repeat(20)}` }, 1);
    const student = await api.student("Hanna Lindqvist");
    const path = `/certificates/${await finish(api, student, course)}`;
    await page.emulateMedia({ colorScheme });
    for (const locale of LOCALES) {
      const t = texts(locale, "course");
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(inLocale(locale, path));
        await expect(page.getByText("Hanna Lindqvist")).toBeVisible();
        await expectToFit(page);
      }
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(t("certificate.title"));
      await expect(page.getByText(t("certificate.valid"))).toBeVisible();
      await axe(page);
    }
    await page.evaluate(() => (window.print = () => document.body.setAttribute("data-printed", "")));
    await page.getByRole("button", { name: texts("ru", "course")("certificate.print") }).click();
    await expect(page.locator("body[data-printed]")).toBeVisible();
    await page.emulateMedia({ media: "print", colorScheme });
    await expect(page.getByRole("banner")).toBeHidden();
    await expect(page.locator("html")).toHaveCSS("background-color", "rgb(250, 247, 241)");
  });
}

test("a certificate is downloaded as PDF from its page and from the list, in the page's language", async ({
  page,
  api,
  signIn,
}) => {
  const course = await api.course(await api.teacher(), {}, 1);
  const student = await api.student("Zhanna Lindqvist");
  const code = await finish(api, student, course);
  await signIn(student);
  const links = [
    [`/certificates/${code}`, "Download PDF", "en"],
    ["/ru/certificates", `Скачать PDF: сертификат за курс «${course.title}»`, "ru"],
  ] as const;
  for (const [path, name, language] of links) {
    await page.goto(path);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    expect(download.suggestedFilename()).toBe(`certificate-${code}.pdf`);
    const pdf = readFileSync(await download.path(), "latin1");
    expect(pdf.slice(0, 5)).toBe("%PDF-");
    expect(pdf).toContain("(Zhanna Lindqvist)");
    expect(pdf).toContain(`/Lang (${language})`);
  }
});

test("where the PDF's typeface lacks the letters, its link leads to the page, which can be printed", async ({
  page,
  api,
  signIn,
}) => {
  const student = await api.student("李明");
  const code = await finish(api, student, await api.course(await api.teacher(), {}, 1));
  await signIn(student);
  await page.goto("/ru/certificates");
  await page.getByRole("link", { name: /Скачать PDF/ }).click();
  await expect(page).toHaveURL(`/ru/certificates/${code}?print`);
  const t = texts("ru", "course");
  await expect(page.getByRole("status").getByText(t("certificate.printInstead"))).toBeVisible();
  await expect(page.getByRole("link", { name: t("certificate.pdf") })).toBeHidden();
  await axe(page);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText(t("certificate.printInstead"))).toBeHidden();
});

test("a code that nobody was given leads to no certificate", async ({ page }) => {
  expect((await page.goto("/certificates/no-such-code"))?.status()).toBe(404);
});

test("an unknown code says so, and another one can be tried", async ({ page }) => {
  const t = texts("en", "course");
  await page.goto("/certificates/no-such-code");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(t("certificateLookup.unknown"));
  await page.getByLabel(t("certificateLookup.code")).fill("another-code");
  await page.getByRole("button", { name: t("certificateLookup.submit") }).click();
  await expect(page).toHaveURL(/\/certificates\/another-code$/);
});
