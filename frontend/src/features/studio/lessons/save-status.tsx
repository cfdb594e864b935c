"use client";

import { useTranslations } from "next-intl";

import { clsx } from "clsx";
import { Link } from "@/lib/i18n/navigation";

import type { Snapshot } from "./lesson-draft";

const TROUBLE = ["unreachable", "signedOut", "gone", "conflict", "invalid"];

/** Whether what was typed is saved; always visible. */
export function SaveStatus({ now, save }: { now: Snapshot; save: () => void }) {
  const t = useTranslations("studio.saving");
  const trouble = TROUBLE.includes(now.state);
  return (
    <div
      className={clsx(
        "sticky top-16 z-20 -mx-1 flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-rule bg-paper px-1 py-1.5 text-sm",
        trouble ? "font-medium text-danger" : "text-soft",
      )}
    >
      <p role="status" data-state={now.state}>
        {t(now.state === "unreachable" && !navigator.onLine ? "offline" : now.state)}
        {now.restored && now.state !== "saved" && <> {t("restored")}</>}
      </p>
      {(now.state === "unsaved" || now.state === "unreachable" || now.state === "signedOut") && (
        <button type="button" onClick={save} className="min-h-8 link">
          {t("now")}
        </button>
      )}
      {now.state === "signedOut" && (
        <Link href="/login" target="_blank" className="link">
          {t("login")}
        </Link>
      )}
    </div>
  );
}
