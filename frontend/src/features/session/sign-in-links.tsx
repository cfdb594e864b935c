"use client";

import { useLocale, useTranslations } from "next-intl";

import { buttonClass } from "@/components/ui/button";
import { clsx } from "clsx";
import { getPathname, Link, usePathname } from "@/lib/i18n/navigation";

const NOT_WORTH_RETURNING = /^(\/(login|register|expired|(forgot|reset)-password|verify-email)?)?$/;

/** Links to sign in and return to this page. */
export function SignInLinks({ className }: { className?: string }) {
  const t = useTranslations("common.nav");
  const [pathname, locale] = [usePathname(), useLocale()];
  const query = NOT_WORTH_RETURNING.test(pathname) ? {} : { next: getPathname({ href: pathname, locale }) };
  return (
    <div className={clsx("items-center gap-1", className)}>
      <Link href={{ pathname: "/login", query }} className={buttonClass("quiet")}>
        {t("login")}
      </Link>
      <Link href={{ pathname: "/register", query }} className={buttonClass()}>
        {t("register")}
      </Link>
    </div>
  );
}
