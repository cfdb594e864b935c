import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PasswordField, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { logIn } from "@/features/auth/login-action";
import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { returnPath } from "@/lib/session/return-path";

interface Props {
  searchParams: Promise<{ next?: string | string[]; notice?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.login");
  return privateMetadata(t("title"), t("description"));
}

/** Return the title of the course whose checkout required the login; undefined for any other page. */
async function titleOfCourseToBuy(next: string): Promise<string | undefined> {
  const slug = /\/checkout\/([\w-]+)/.exec(next)?.[1];
  if (!slug) return undefined;
  const params = { path: { course_id: slug } };
  const course = await outcome((await anonymous()).course.GET("/courses/{course_id}", { params }));
  return course.ok ? course.data.title : undefined;
}

export default async function LoginPage({ searchParams }: Props) {
  const [t, { next: wanted, notice }] = await Promise.all([getTranslations("auth"), searchParams]);
  const next = returnPath(wanted);
  const query = next === "/" ? {} : { next };
  const course = await titleOfCourseToBuy(next);
  return (
    <>
      <h1 className="text-3xl">{t("login.title")}</h1>
      <p className="mt-2 mb-8 text-soft">
        {t("login.new")}{" "}
        <Link href={{ pathname: "/register", query }} className="inline-block py-1 link">
          {t("login.register")}
        </Link>
      </p>
      {course && (
        <div className="mb-6">
          <Notice>{t("login.toBuy", { course })}</Notice>
        </div>
      )}
      {notice === "password" && (
        <div className="mb-6">
          <Notice>{t("login.afterReset")}</Notice>
        </div>
      )}
      <ActionForm action={logIn} label={t("login.title")}>
        <input type="hidden" name="next" value={next} />
        <TextField name="email" type="email" label={t("email")} autoComplete="username" inputMode="email" />
        <PasswordField name="password" label={t("password")} autoComplete="current-password" />
        <div className="flex flex-wrap items-center justify-between gap-4 pt-1">
          <SubmitButton>{t("login.submit")}</SubmitButton>
          <Link href="/forgot-password" className="text-[0.9375rem] link">
            {t("login.forgot")}
          </Link>
        </div>
      </ActionForm>
    </>
  );
}
