import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { MessagePage } from "@/components/layout/message-page";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("account.erase");
  return privateMetadata(t("goodbyeTitle"), t("goodbyeText"));
}

/** Shown after an account was deleted. */
export default async function GoodbyePage() {
  const t = await getTranslations("account.erase");
  return (
    <MessagePage title={t("goodbyeTitle")} text={t("goodbyeText")}>
      <Link href="/courses" className={buttonClass()}>
        {t("goodbyeAction")}
      </Link>
    </MessagePage>
  );
}
