import { getTranslations } from "next-intl/server";

import { DoneNotice } from "@/components/ui/done-notice";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { resendVerification } from "@/features/account/session-actions";
import { currentUser } from "@/lib/session/current";

/** Says on every page that the e-mail address is not confirmed yet, until it is. */
export async function VerifyBanner() {
  const [t, user] = await Promise.all([getTranslations("common.verifyBanner"), currentUser()]);
  if (!user || user.email_verified || user.role === "admin") return null;
  return (
    <aside aria-label={t("label")} className="border-b border-rule bg-warning-soft print:hidden">
      <div className="page flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-1.5 text-[0.9375rem]">
        <p>{t("text")}</p>
        <ActionForm
          action={resendVerification}
          label={t("label")}
          className="flex flex-wrap items-center space-y-0! gap-x-4"
        >
          <DoneNotice>{t("sent")}</DoneNotice>
          <SubmitButton look="quiet">{t("resend")}</SubmitButton>
        </ActionForm>
      </div>
    </aside>
  );
}
