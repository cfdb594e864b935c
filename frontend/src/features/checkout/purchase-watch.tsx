"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";

import { ask } from "@/lib/api/browser";
import { useRouter } from "@/lib/i18n/navigation";

import type { Stage } from "./data";

const FIRST_MS = 500;
const SLOWEST_MS = 5000;

/** Polls until the state of the purchase changes, then refreshes the page. */
export function PurchaseWatch({ payment, stage }: { payment: string; stage: Stage }) {
  const t = useTranslations("checkout.purchase");
  const router = useRouter();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let wait = FIRST_MS;
    const look = async () => {
      const now = await ask<{ stage: Stage }>("GET", `payments/${payment}`).catch(() => ({ stage }));
      if (now.stage !== stage) return router.refresh();
      wait = Math.min(wait * 1.5, SLOWEST_MS);
      timer = setTimeout(look, wait);
    };
    timer = setTimeout(look, wait);
    return () => clearTimeout(timer);
  }, [payment, stage, router]);
  return (
    <svg role="progressbar" aria-label={t("waiting")} className="mt-8 block h-1 w-full max-w-xs">
      <rect width="100%" height="100%" className="fill-rule" />
      <rect width="100%" height="100%" className="animate-pulse fill-accent" />
    </svg>
  );
}
