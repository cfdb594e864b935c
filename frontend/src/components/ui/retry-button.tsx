"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";

import { useRouter } from "@/lib/i18n/navigation";

import { Button } from "./button";

/** Asks the server for the page's parts again. */
export function RetryButton() {
  const t = useTranslations("common");
  const router = useRouter();
  const [pending, start] = useTransition();
  return (
    <Button look="secondary" aria-disabled={pending} onClick={() => start(() => router.refresh())}>
      {pending ? t("form.working") : t("failure.retry")}
    </Button>
  );
}
