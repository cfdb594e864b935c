import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { MessagePage } from "@/components/layout/message-page";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { returnPath } from "@/lib/session/return-path";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("errors.expired");
  return privateMetadata(t("title"), t("text"));
}

export default async function ExpiredPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const t = await getTranslations("errors.expired");
  const next = returnPath((await searchParams).next);
  return (
    <MessagePage title={t("title")} text={t("text")}>
      <Link href={{ pathname: "/login", query: { next } }} className={buttonClass()}>
        {t("action")}
      </Link>
    </MessagePage>
  );
}
