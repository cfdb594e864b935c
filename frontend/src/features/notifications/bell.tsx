"use client";

import { Bell as Icon } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

import { Link } from "@/lib/i18n/navigation";

const EVERY_MS = 30_000;
const MOST_SHOWN = 99;

async function fetchCount(): Promise<number | null> {
  try {
    const answer = await fetch("/bff/unread");
    return answer.ok ? ((await answer.json()) as { count: number | null }).count : null;
  } catch {
    return null;
  }
}

/** The link to the notifications, with the number of unread ones. It polls on every page and twice a minute. */
export function Bell() {
  const t = useTranslations("common.nav");
  const [count, setCount] = useState<number | null>(null);
  const pathname = usePathname();
  useEffect(() => {
    const ask = async () => {
      if (!document.hidden) setCount(await fetchCount());
    };
    void ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, [pathname]);
  return (
    <Link
      href="/notifications"
      prefetch={false}
      aria-label={count ? t("unread", { count }) : t("notifications")}
      className="relative flex size-11 items-center justify-center rounded-control hover:bg-sunken"
    >
      <Icon aria-hidden className="size-5" />
      {count ? (
        <span
          aria-hidden
          className="absolute top-1 right-0.5 min-w-4.5 rounded-full bg-accent px-1 text-center text-[0.6875rem] leading-4.5 font-semibold text-on-accent tabular-nums"
        >
          {Math.min(count, MOST_SHOWN)}
        </span>
      ) : null}
    </Link>
  );
}
