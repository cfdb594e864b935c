import type { Api, Person } from "./support/api";
import { axe, expect, expectToFit, SCHEMES, test } from "./support/test";

const announce = async (api: Api, student: Person, title: string) =>
  api.call("POST", "notification/notifications", await api.adminToken(), {
    user_id: student.id,
    title,
    body: "What it says.",
  });

/** The notification service knows a new user once it has received the event. */
const announceOnceKnown = (api: Api, student: Person, title: string) =>
  expect(() => announce(api, student, title)).toPass();

test("notifications arrive by themselves and are marked as read, one and all", async ({ page, api, signIn }) => {
  const student = await api.student();
  await signIn(student);
  await page.goto("/notifications");
  await expect(page.getByText("No notifications yet")).toBeVisible();
  for (const title of ["First news", "Second news", "Third news"]) await announceOnceKnown(api, student, title);
  await expect(page.getByRole("heading", { name: "Third news" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Mark as read: First news" }).click();
  await expect(page.getByRole("link", { name: "Unread (2)" })).toBeVisible();
  await page.getByRole("link", { name: "Unread (2)" }).click();
  await expect(page.getByRole("heading", { name: "First news" })).toHaveCount(0);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByText("You're all caught up", { exact: true }).last()).toBeVisible();
});

test("a mark that cannot be saved goes back", async ({ page, api, signIn }) => {
  const student = await api.student();
  await announceOnceKnown(api, student, "News");
  await signIn(student);
  await page.goto("/notifications");
  await page.route("**/bff/notifications/*", (route) => route.abort());
  await page.getByRole("button", { name: "Mark as read: News" }).click();
  await expect(page.getByText("We couldn't save that.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Unread (1)" })).toBeVisible();
});

test("a notification leads to what it tells of", async ({ page, api, signIn }) => {
  const student = await api.student();
  const course = await api.course(await api.teacher());
  await api.enroll(student, course);
  await signIn(student);
  await page.goto("/ru/notifications");
  await expect(page.getByRole("heading", { name: /Вы записаны на курс/ })).toBeVisible();
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: /You're enrolled in/ })).toBeVisible();
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/learn/${course.slug}/`));
});

for (const colorScheme of SCHEMES) {
  test(`notifications are accessible, ${colorScheme}`, async ({ page, api, signIn }) => {
    const student = await api.student();
    await page.emulateMedia({ colorScheme });
    await signIn(student);
    await page.goto("/notifications");
    await axe(page);
    await announceOnceKnown(api, student, "W".repeat(120));
    await page.setViewportSize({ width: 320, height: 800 });
    await page.goto("/ru/notifications");
    await expect(page.getByRole("heading", { level: 2 })).toBeVisible();
    await expectToFit(page);
    await axe(page);
  });
}
