import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { DoneNotice } from "@/components/ui/done-notice";
import { TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { askForReset } from "@/features/auth/email-link-actions";
import { privateMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.forgot");
  return privateMetadata(t("title"), t("text"));
}

export default async function ForgotPasswordPage() {
  const t = await getTranslations("auth");
  return (
    <>
      <h1 className="text-3xl">{t("forgot.title")}</h1>
      <p className="mt-2 mb-8 text-soft">{t("forgot.text")}</p>
      <ActionForm action={askForReset} label={t("forgot.title")}>
        <DoneNotice>{t("forgot.done")}</DoneNotice>
        <TextField name="email" type="email" label={t("email")} autoComplete="username" inputMode="email" />
        <SubmitButton>{t("forgot.submit")}</SubmitButton>
      </ActionForm>
    </>
  );
}
