import { linkByMail } from "./support/platform";
import { axe, expect, test } from "./support/test";

/** Waits for a mail, which is triggered by an event. */
async function mailed(to: string, page: string): Promise<string> {
  await expect.poll(() => linkByMail(to, page), { timeout: 20_000 }).toBeTruthy();
  return linkByMail(to, page)!;
}

test("a forgotten password is chosen anew by the link that came by mail, once", async ({ page, api }) => {
  const { email } = await api.student();
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reset your password");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send reset link" }).click();
  await expect(page.getByText("we've sent a link")).toBeVisible();
  await axe(page);

  const link = await mailed(email, "/reset-password");
  const change = async (password: string) => {
    await page.goto(link);
    await page.getByLabel("New password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Change password" }).click();
  };
  await change("nine little goats");
  await expect(page.getByText("Your password has been changed.")).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("nine little goats");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("button", { name: "Account" })).toBeVisible();

  await change("ten little goats");
  await expect(page.getByRole("alert").filter({ hasText: "has expired or was already used" })).toBeFocused();
});

test("an address is confirmed by the link that came by mail", async ({ page, api, signIn }) => {
  const student = await api.student();
  await signIn(student);
  await page.goto("/account");
  await expect(page.getByRole("button", { name: "Resend confirmation email" })).toBeVisible();
  await page.goto(await mailed(student.email, "/verify-email"));
  await page.getByRole("button", { name: "Confirm email" }).click();
  await expect(page.getByText("your email is confirmed")).toBeFocused();
  await axe(page);
  await page.goto("/account");
  await expect(page.getByRole("button", { name: "Resend confirmation email" })).toHaveCount(0);
});
