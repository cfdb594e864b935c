import { CircleUserRound } from "lucide-react";
import { getTranslations } from "next-intl/server";

import { Link } from "@/lib/i18n/navigation";
import type { Claims } from "@/lib/session/claims";

import { logOut } from "./actions";

const ITEM = "hover:bg-sunken rounded-control flex min-h-11 w-full items-center px-3 text-left";

export async function AccountMenu({ user }: { user: Claims }) {
  const t = await getTranslations("common.nav");
  return (
    <>
      <button
        type="button"
        popoverTarget="account-menu"
        aria-label={t("account")}
        className="flex size-11 items-center justify-center rounded-control hover:bg-sunken"
      >
        <CircleUserRound aria-hidden className="size-5" />
      </button>
      <div id="account-menu" popover="auto" className="menu">
        <p className="mb-1 border-b border-rule px-3 pt-1 pb-2.5 text-sm text-soft">
          {t("signedInAs", { name: user.name })}
        </p>
        {user.role !== "admin" && (
          <Link href="/orders" className={ITEM}>
            {t("orders")}
          </Link>
        )}
        <Link href="/account" className={ITEM}>
          {t("settings")}
        </Link>
        <form action={logOut}>
          <button type="submit" className={ITEM}>
            {t("logout")}
          </button>
        </form>
      </div>
    </>
  );
}
