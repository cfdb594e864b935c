import { Bell as Icon } from "lucide-react";
import { getTranslations } from "next-intl/server";

import { Link } from "@/lib/i18n/navigation";

export async function Bell() {
  const t = await getTranslations("common.nav");
  return (
    <Link
      href="/notifications"
      aria-label={t("notifications")}
      className="flex size-11 items-center justify-center rounded-control hover:bg-sunken"
    >
      <Icon aria-hidden className="size-5" />
    </Link>
  );
}
