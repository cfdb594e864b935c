import { getTranslations } from "next-intl/server";

import { MessagePage } from "@/components/layout/message-page";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/lib/i18n/navigation";
import { currentUser } from "@/lib/session/current";

export default async function Forbidden() {
  const [t, user] = await Promise.all([getTranslations("errors.forbidden"), currentUser()]);
  return (
    <MessagePage title={t("title")} text={t("text")}>
      <Link href="/" className={buttonClass()}>
        {t("action")}
      </Link>
      {user?.role === "student" && (
        <Link href="/teach" className={buttonClass("secondary")}>
          {t("teach")}
        </Link>
      )}
    </MessagePage>
  );
}
