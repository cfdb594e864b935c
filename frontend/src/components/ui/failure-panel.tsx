import { useTranslations } from "next-intl";

import type { Failure } from "@/lib/api/result";

import { RetryButton } from "./retry-button";

/** Shown instead of a section whose service did not respond; the rest of the page is unaffected. */
export function FailurePanel({ failure }: { failure: Failure }) {
  const t = useTranslations("common.failure");
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-6 gap-y-3 border-l-4 border-warning bg-warning-soft px-5 py-4"
    >
      <div className="min-w-60 flex-1">
        <p className="font-medium">{t("title")}</p>
        <p className="text-[0.9375rem] text-soft">{t(failure.kind === "unavailable" ? "unavailable" : "refused")}</p>
      </div>
      <RetryButton />
    </div>
  );
}
