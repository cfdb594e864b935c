import { useTranslations } from "next-intl";

import { MessagePage } from "@/components/layout/message-page";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/lib/i18n/navigation";

export default function Forbidden() {
  const t = useTranslations("errors.forbidden");
  return (
    <MessagePage title={t("title")} text={t("text")}>
      <Link href="/" className={buttonClass()}>
        {t("action")}
      </Link>
    </MessagePage>
  );
}
