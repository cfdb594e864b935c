import { axe, expect, expectToFit, SCHEMES, test, WIDTHS } from "./support/test";
import { inLocale, LOCALES, texts } from "./support/texts";

for (const colorScheme of SCHEMES) {
  test(`a certificate is there for whoever has its code, ${colorScheme}`, async ({ page, api }) => {
    const course = await api.course(await api.teacher(), { title: `Grafting ${"roses".repeat(20)}` }, 1);
    const student = await api.student("Hanna Lindqvist");
    await api.enroll(student, course);
    await api.call("POST", `enrollment/progress/lessons/${course.lessonIds[0]}/complete`, student.token, {
      course_id: course.id,
    });
    const { items } = await api.call<{ items: { code: string }[] }>("GET", "enrollment/certificates/me", student.token);
    const path = `/certificates/${items[0]!.code}`;
    await page.emulateMedia({ colorScheme });
    for (const locale of LOCALES) {
      const t = texts(locale, "course");
      for (const width of [320, ...WIDTHS]) {
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
    await page.getByRole("button", { name: /PDF/ }).click();
    await expect(page.locator("body[data-printed]")).toBeVisible();
    await page.emulateMedia({ media: "print", colorScheme });
    await expect(page.getByRole("banner")).toBeHidden();
    await expect(page.locator("html")).toHaveCSS("background-color", "rgb(250, 247, 241)");
  });
}

test("a code that nobody was given leads to no certificate", async ({ page }) => {
  expect((await page.goto("/certificates/no-such-code"))?.status()).toBe(404);
});
