import type { Page } from "@playwright/test";

import type { Api, Course, Person } from "./support/api";
import { axe, expect, SCHEMES, test } from "./support/test";
import { inLocale, LOCALES, texts } from "./support/texts";

interface Payment {
  id: string;
  status: string;
}

const payments = async (api: Api, student: Person) =>
  (await api.call<{ items: Payment[] }>("GET", "payment/payments/me", student.token)).items;

async function customer(api: Api, price: string): Promise<{ student: Person; course: Course; teacher: Person }> {
  const teacher = await api.teacher();
  const [course, student] = await Promise.all([api.course(teacher, { price, currency: "USD" }), api.student()]);
  return { student, course, teacher };
}

const setPrice = (api: Api, teacher: Person, course: Course, price: string) =>
  api.call("PUT", `course/courses/${course.id}`, teacher.token, { price });

const settle = async (api: Api, payment: string) =>
  api.call("POST", `payment/admin/payments/${payment}/settle`, await api.adminToken(), { outcome: "completed" });

async function payAt(page: Page, course: Course) {
  await page.goto(`/checkout/${course.slug}`);
  await page.getByRole("button", { name: /^Pay/ }).click();
}

for (const locale of LOCALES) {
  test(`a student buys a course and learns, in ${locale}`, async ({ page, api, signIn }) => {
    const [t, course_t] = [texts(locale, "checkout"), texts(locale, "course")];
    const { student, course } = await customer(api, "49.99");
    await signIn(student);
    await page.goto(inLocale(locale, `/courses/${course.slug}`));
    await page.getByRole("link", { name: course_t("enroll.buy") }).click();
    await page.getByRole("button", { name: locale === "en" ? /^Pay/ : /^Оплатить/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: t("purchase.owned.title") })).toBeFocused();
    await page.getByRole("link", { name: t("purchase.ways.learn") }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Lesson 1" })).toBeVisible();
    await page.goto(inLocale(locale, `/checkout/${course.slug}`));
    await expect(page.getByRole("heading", { level: 1, name: t("owned.title") })).toBeVisible();
  });
}

test("a double click, a reload and going back make one payment", async ({ page, api, signIn }) => {
  const { student, course } = await customer(api, "20.00");
  await signIn(student);
  await page.goto(`/checkout/${course.slug}`);
  const address = page.url();
  await page.reload();
  expect(page.url()).toBe(address);
  await page.getByRole("button", { name: /^Pay/ }).dblclick();
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeVisible();
  expect(await payments(api, student)).toHaveLength(1);
});

test("a declined payment costs nothing, and another try succeeds", async ({ page, api, signIn }) => {
  const { student, course, teacher } = await customer(api, "20.13");
  await signIn(student);
  await payAt(page, course);
  await expect(page.getByRole("heading", { level: 1, name: "Your payment was declined" })).toBeFocused();
  await page.reload();
  await expect(page.getByText("You haven't been charged for")).toBeVisible();
  await setPrice(api, teacher, course, "20.00");
  await page.getByRole("link", { name: "Try again" }).click();
  await page.getByRole("button", { name: "Pay $20" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeVisible();
  expect((await payments(api, student)).map(({ status }) => status).sort()).toEqual(["completed", "failed"]);
});

test("a payment under way survives a reload, and the course opens by itself", async ({ page, api, signIn }) => {
  const { student, course } = await customer(api, "20.37");
  await signIn(student);
  await payAt(page, course);
  const waiting = page.getByRole("heading", { level: 1, name: "Your payment is being processed" });
  await expect(waiting).toBeVisible();
  await axe(page);
  await page.reload();
  await expect(waiting).toBeVisible();
  const [payment] = await payments(api, student);

  // Buying again leads back to it, from the checkout and from the course.
  await page.goto(`/courses/${course.slug}`);
  await expect(page.getByRole("link", { name: "Buy now" })).toHaveCount(0);
  await page.getByRole("link", { name: "View payment" }).click();
  await expect(waiting).toBeVisible();
  await page.goto(`/checkout/${course.slug}`);
  await expect(waiting).toBeVisible();
  await expect(page).toHaveURL(new RegExp(payment!.id));
  expect(await payments(api, student)).toHaveLength(1);
  await settle(api, payment!.id);
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeFocused();
});

test("a price that has changed is shown before anything is paid", async ({ page, api, signIn }) => {
  const { student, course, teacher } = await customer(api, "20.00");
  await signIn(student);
  await page.goto(`/checkout/${course.slug}`);
  await setPrice(api, teacher, course, "25.00");
  await page.getByRole("button", { name: "Pay $20" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "The price has changed" })).toBeFocused();
  expect(await payments(api, student)).toEqual([]);
  await axe(page);
  await page.getByRole("button", { name: "Pay $25" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeVisible();
});

test("somebody else's payment is not there", async ({ page, api, signIn }) => {
  const { student, course } = await customer(api, "20.00");
  const body = { course_id: course.id };
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const payment = await api.call<Payment>("POST", "payment/payments", student.token, body, headers);
  await signIn(await api.student());
  await page.goto(`/checkout/${course.slug}/${payment.id}`);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
});

test("checkout asks to sign in first and comes back", async ({ page, api }) => {
  const { student, course } = await customer(api, "20.00");
  await page.goto(`/checkout/${course.slug}`);
  await page.getByLabel("Email").fill(student.email);
  await page.getByLabel("Password", { exact: true }).fill(student.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Checkout" })).toBeVisible();
});

test("a course is returned for its money, and its access ends", async ({ page, api, signIn }) => {
  const { student, course } = await customer(api, "20.00");
  await signIn(student);
  await payAt(page, course);
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeVisible();
  await page.goto("/orders");
  const start = page.getByRole("button", { name: `Refund: “${course.title}”` });
  await start.click();
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(start).toBeFocused();
  await start.click();
  await page.getByLabel(/Why would you like a refund/).fill("Not for me.");
  await page.getByRole("button", { name: "Get a refund" }).click();
  await expect(page.getByText("Refunded", { exact: true })).toBeVisible();
  await expect(async () => {
    await page.goto(`/learn/${course.slug}`);
    await expect(page).toHaveURL(new RegExp(`/courses/${course.slug}$`), { timeout: 500 });
  }).toPass();
});

test("a refund that is refused says why and keeps the words", async ({ page, api, signIn }) => {
  const { student, course } = await customer(api, "20.00");
  await signIn(student);
  await payAt(page, course);
  await expect(page.getByRole("heading", { level: 1, name: "You're enrolled!" })).toBeVisible();
  const [first] = course.lessonIds;
  await api.call("POST", `enrollment/progress/lessons/${first}/complete`, student.token, { course_id: course.id });
  await page.goto("/orders");
  await page.getByRole("button", { name: `Refund: “${course.title}”` }).click();
  await page.getByLabel(/Why would you like a refund/).fill("Kept.");
  await page.getByRole("button", { name: "Get a refund" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "less than 30%" })).toBeFocused();
  await expect(page.getByLabel(/Why would you like a refund/)).toHaveValue("Kept.");
});

for (const colorScheme of SCHEMES) {
  test(`checkout and orders are accessible, ${colorScheme}`, async ({ page, api, signIn }) => {
    const { student, course } = await customer(api, "20.13");
    await page.emulateMedia({ colorScheme });
    await signIn(student);
    await page.goto("/orders");
    await axe(page);
    await page.goto(`/checkout/${course.slug}`);
    await axe(page);
    await page.getByRole("button", { name: /^Pay/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Your payment was declined" })).toBeVisible();
    await axe(page);
    await page.goto("/ru/orders");
    await axe(page);
  });
}
