import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { FailurePanel } from "@/components/ui/failure-panel";
import { readNotices } from "@/features/notifications/data";
import { NoticeList } from "@/features/notifications/notice-list";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

interface Props {
  searchParams: Promise<{ unread?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("notifications");
  return privateMetadata(t("title"), t("description"));
}

export default async function NotificationsPage({ searchParams }: Props) {
  await requireUser();
  const unread = (await searchParams).unread === "1";
  const locale = await getLocale();
  const [t, first] = await Promise.all([getTranslations("notifications"), readNotices({ unread, locale })]);
  return (
    <div className="page-narrow pt-10 sm:pt-14">
      <h1 className="mb-4 text-3xl sm:text-4xl">{t("title")}</h1>
      {first.ok ? (
        <ClientMessages areas={["notifications"]}>
          <NoticeList unread={unread} first={first.data} />
        </ClientMessages>
      ) : (
        <FailurePanel failure={first} />
      )}
    </div>
  );
}
