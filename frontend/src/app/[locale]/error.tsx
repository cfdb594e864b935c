"use client";

import { useTranslations } from "next-intl";

import { MessagePage } from "@/components/layout/message-page";
import { RetryButton } from "@/components/ui/retry-button";

export default function ErrorPage({ reset }: { reset: () => void }) {
  const t = useTranslations("common.failure");
  return (
    <MessagePage title={t("pageTitle")} text={t("pageText")}>
      <RetryButton reset={reset} />
    </MessagePage>
  );
}
