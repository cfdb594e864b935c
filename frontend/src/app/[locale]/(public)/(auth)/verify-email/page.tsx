import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { DoneNotice } from "@/components/ui/done-notice";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { verifyEmail } from "@/features/auth/email-link-actions";
import { privateMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.verify");
  return { ...privateMetadata(t("title"), t("text")), referrer: "no-referrer" };
}

/** A button in addition to the link: programs that scan mails open links too. */
export default async function VerifyEmailPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const [t, { token }] = await Promise.all([getTranslations("auth.verify"), searchParams]);
  return (
    <>
      <h1 className="text-3xl">{t("title")}</h1>
      <p className="mt-2 mb-8 text-soft">{t("text")}</p>
      <ActionForm action={verifyEmail} label={t("title")}>
        <DoneNotice>{t("done")}</DoneNotice>
        <input type="hidden" name="token" value={String(token ?? "")} />
        <SubmitButton>{t("submit")}</SubmitButton>
      </ActionForm>
    </>
  );
}
