import { expect, test } from "./support/test";

test("logging in leads back to where it was asked, and the cookies are out of reach of scripts", async ({
  page,
  api,
  context,
}) => {
  const student = await api.student();
  await page.goto("/login?next=/courses?level=beginner");
  await page.getByLabel("Email").fill(student.email);
  await page.getByLabel("Password", { exact: true }).fill(student.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname + url.search === "/courses?level=beginner");
  const session = (await context.cookies()).filter((cookie) => /^edu_(access|session)$/.test(cookie.name));
  expect(session).toHaveLength(2);
  for (const cookie of session) expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
});

test("a wrong password focuses the summary and keeps the e-mail", async ({ page, api }) => {
  const student = await api.student();
  await page.goto("/login");
  await page.getByLabel("Email").fill(student.email);
  await page.getByLabel("Password", { exact: true }).fill("wrong password");
  await page.getByRole("button", { name: "Log in" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "Incorrect email or password" });
  await expect(summary).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveValue(student.email);
});

test("password managers know the fields, and what was copied can be pasted", async ({ page }) => {
  const [email, password] = [page.getByLabel("Email"), page.getByLabel("Password", { exact: true })];
  for (const [path, kind] of [
    ["/login", "current-password"],
    ["/register", "new-password"],
  ] as const) {
    await page.goto(path);
    await expect(email).toHaveAttribute("autocomplete", "username");
    await expect(password).toHaveAttribute("autocomplete", kind);
    await email.fill("copied@example.com");
    await email.press("Control+A");
    await email.press("Control+C");
    await password.press("Control+V");
    await expect(password).toHaveValue("copied@example.com");
  }
});

test("logging out ends the session", async ({ page, api, signIn, context }) => {
  await signIn(await api.student());
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByRole("link", { name: "Log in" })).toBeVisible();
  expect((await context.cookies()).filter((cookie) => cookie.name === "edu_session")).toEqual([]);
});

test("an access token that is gone is renewed without anybody noticing", async ({ page, api, signIn, context }) => {
  await signIn(await api.student());
  await context.clearCookies({ name: "edu_access" });
  await page.goto("/courses");
  await expect(page.getByRole("button", { name: "Account" })).toBeVisible();
});

test("a write from another site is refused", async ({ request }) => {
  const answer = await request.post("/login", {
    headers: { Origin: "https://evil.example" },
    form: { email: "a@b.c" },
  });
  expect(answer.status()).toBe(403);
});
