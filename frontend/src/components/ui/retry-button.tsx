"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";

import { useRouter } from "@/lib/i18n/navigation";

import { Button } from "./button";

/** Requests the page again; `reset` clears the surrounding error boundary, which otherwise keeps showing its error. */
export function RetryButton({ reset }: { reset?: () => void }) {
  const t = useTranslations("common");
  const router = useRouter();
  const [pending, start] = useTransition();
  const retry = () =>
    start(() => {
      router.refresh();
      reset?.();
    });
  return (
    <Button look="secondary" aria-disabled={pending} onClick={retry}>
      {pending ? t("form.working") : t("failure.retry")}
    </Button>
  );
}
