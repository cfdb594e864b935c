import { randomUUID } from "node:crypto";

import { axe, expect, expectToFitEverywhere, SCHEMES, test } from "./support/test";

test("somebody new creates an account, changes name and password, and erases it", async ({ page }) => {
  const email = `new.${randomUUID().slice(0, 8)}@example.com`;
  await page.goto("/register");
  await page.getByLabel("Your name").fill("Nora New");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("seven little goats");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("button", { name: "Account" })).toBeVisible();

  await page.goto("/account");
  await page.getByLabel("Name").fill("Nora Newman");
  await page.getByRole("form", { name: "Profile" }).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Name")).toHaveValue("Nora Newman");

  await page.getByLabel("Current password").fill("not mine");
  await page.getByLabel("New password").fill("eight little goats");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("link", { name: "Incorrect current password." })).toBeVisible();
  await page.getByLabel("Current password").fill("seven little goats");
  await page.getByLabel("New password").fill("eight little goats");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password has been changed.")).toBeVisible();

  const erase = page.getByRole("button", { name: "Delete my account" });
  await erase.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(erase).toBeFocused();
  await erase.click();
  const confirmation = page.getByLabel("Type your email to confirm");
  await confirmation.fill("someone.else@example.com");
  await page.getByRole("button", { name: "Delete permanently" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "This isn't your account's email." })).toBeFocused();
  await confirmation.fill(email);
  await page.getByRole("button", { name: "Delete permanently" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account has been deleted");
  await expect(page.getByRole("link", { name: "Log in" })).toBeVisible();
});

test("an email that is taken is told at its field", async ({ page, api }) => {
  const student = await api.student();
  await page.goto("/register");
  await page.getByLabel("Your name").fill("Again");
  await page.getByLabel("Email").fill(student.email);
  await page.getByLabel("Password", { exact: true }).fill("seven little goats");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Please fix one field" })).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Your name")).toHaveValue("Again");
});

test("a session elsewhere can be ended", async ({ page, api, signIn }) => {
  const student = await api.student();
  await signIn(student);
  await page.goto("/account");
  const sessions = page.getByRole("listitem").filter({ hasText: /This device|Last used/ });
  await expect(sessions).toHaveCount(2);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(sessions).toHaveCount(1);
});

test("who is not signed in is sent to do so and comes back", async ({ page, api }) => {
  const student = await api.student();
  await page.goto("/ru/account");
  await expect(page).toHaveURL(/\/ru\/login\?next=%2Fru%2Faccount/);
  await page.getByLabel("Почта").fill(student.email);
  await page.getByLabel("Пароль", { exact: true }).fill(student.password);
  await page.getByRole("button", { name: "Войти" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Настройки аккаунта");
});

test("a session that ended elsewhere says so", async ({ page, api, signIn, context }) => {
  const student = await api.student();
  await signIn(student);
  await api.call("POST", "identity/logout-all", await api.signIn(student));
  await context.clearCookies({ name: "edu_access" });
  await page.goto("/account");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your session has ended");
});

for (const colorScheme of SCHEMES) {
  test(`the account page is accessible and fits, ${colorScheme}`, async ({ page, api, signIn }) => {
    await page.emulateMedia({ colorScheme });
    await signIn(await api.student());
    await page.goto("/account");
    await axe(page);
    await expectToFitEverywhere(page);
  });
}
