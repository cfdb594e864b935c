import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { PasswordField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { resetPassword } from "@/features/auth/email-link-actions";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.reset");
  // The URL contains a one-time token: it must not reach other sites.
  return { ...privateMetadata(t("title"), t("text")), referrer: "no-referrer" };
}

export default async function ResetPasswordPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const [t, { token }] = await Promise.all([getTranslations("auth"), searchParams]);
  return (
    <>
      <h1 className="text-3xl">{t("reset.title")}</h1>
      <p className="mt-2 mb-8 text-soft">{t("reset.text")}</p>
      <ActionForm action={resetPassword} label={t("reset.title")}>
        <input type="hidden" name="token" value={String(token ?? "")} />
        <PasswordField name="password" label={t("newPassword")} hint={t("passwordHint")} autoComplete="new-password" />
        <SubmitButton>{t("reset.submit")}</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-[0.9375rem]">
        <Link href="/forgot-password" className="inline-block py-1 link">
          {t("reset.again")}
        </Link>
      </p>
    </>
  );
}
