"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";

import { Link, usePathname } from "@/lib/i18n/navigation";

const SECTIONS = [
  ["overview", "/admin"],
  ["reports", "/admin/reports?status=open"],
  ["courses", "/admin/courses"],
  ["reviews", "/admin/reviews"],
  ["teachers", "/admin/teachers"],
  ["users", "/admin/users"],
  ["payments", "/admin/payments"],
  ["announcements", "/admin/announcements"],
  ["audit", "/admin/audit"],
] as const;

/** The sections of the administration; the open one is marked, and scrolled into view on a phone. */
export function Sections() {
  const t = useTranslations("admin");
  const pathname = usePathname();
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    bar.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  return (
    <nav ref={bar} aria-label={t("sections")} className="-mx-2 flex gap-3 overflow-x-auto border-b border-rule">
      {SECTIONS.map(([name, href]) => (
        <Link
          key={name}
          href={href}
          aria-current={pathname === href.split("?")[0] ? "page" : undefined}
          className="-mb-px inline-flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-2 text-[0.9375rem] text-soft -outline-offset-2 hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
        >
          {t(`${name}.title`)}
        </Link>
      ))}
    </nav>
  );
}
