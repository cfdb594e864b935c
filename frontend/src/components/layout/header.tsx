import { Menu } from "lucide-react";
import { getTranslations } from "next-intl/server";

import { AccountMenu } from "@/features/session/account-menu";
import { SignInLinks } from "@/features/session/sign-in-links";
import { Bell } from "@/features/notifications/bell";
import { Link } from "@/lib/i18n/navigation";
import type { Role } from "@/lib/session/claims";
import { currentUser } from "@/lib/session/current";

import { SearchForm } from "./search-form";

/**
 * The top of every page. Its menus are popovers of the browser, which need no script. A page has only one search form.
 */
export async function Header() {
  const [t, user] = await Promise.all([getTranslations("common"), currentUser()]);
  const links = destinations(user?.role).map(({ href, name }) => ({ href, label: t(`nav.${name}`) }));
  return (
    <header className="sticky top-0 z-30 border-b border-rule bg-paper print:hidden">
      <div className="page flex h-16 items-center gap-3 lg:gap-6">
        <Logo />
        <SearchForm
          id="header-search"
          className="hidden max-w-md flex-1 md:block [body:has(#home-search)_&]:md:hidden"
        />
        <nav aria-label={t("nav.main")} className="ml-auto hidden items-center gap-1 md:flex">
          {links.map(({ href, label }) => (
            <Link
              key={href}
              href={href}
              className="inline-flex min-h-11 items-center px-2.5 text-[0.9375rem] quiet-link"
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1 md:ml-0">
          {user ? (
            <>
              <Bell />
              <AccountMenu user={user} />
            </>
          ) : (
            <SignInLinks className="hidden sm:flex" />
          )}
          <button
            type="button"
            popoverTarget="site-menu"
            aria-label={t("nav.menu")}
            className="-mr-2 flex size-11 items-center justify-center md:hidden"
          >
            <Menu aria-hidden className="size-5" />
          </button>
        </div>
      </div>
      <div id="site-menu" popover="auto" className="menu">
        <SearchForm id="menu-search" className="mb-2 [body:has(main_[role=search])_&]:hidden" />
        <nav aria-label={t("nav.menu")}>
          {links.map(({ href, label }) => (
            <Link key={href} href={href} className="flex min-h-11 items-center rounded-control px-3 hover:bg-sunken">
              {label}
            </Link>
          ))}
        </nav>
        {!user && <SignInLinks className="mt-2 flex border-t border-rule pt-3 pb-1" />}
      </div>
    </header>
  );
}

/** The logo is an open book reduced to two quarters of a circle. */
function Logo() {
  return (
    <Link href="/" className="flex min-h-11 items-center gap-2.5">
      <svg aria-hidden viewBox="0 0 24 24" className="size-6">
        <path d="M11 21A9 9 0 0 0 2 12V5a9 9 0 0 1 9 9z" className="fill-accent" />
        <path d="M13 21a9 9 0 0 1 9-9V5a9 9 0 0 0-9 9z" className="fill-ink" />
      </svg>
      <span className="font-serif text-lg font-semibold tracking-tight">EduPlatform</span>
    </Link>
  );
}

const COURSES = { href: "/courses", name: "courses" } as const;
const TEACH = { href: "/teach", name: "teachWithUs" } as const;
const LEARN = { href: "/learn", name: "learn" } as const;
const STUDIO = { href: "/studio", name: "studio" } as const;
const ADMIN = { href: "/admin", name: "admin" } as const;

/** The links of the header, depending on who is signed in. */
function destinations(role: Role | undefined) {
  if (role === "admin") return [COURSES, ADMIN];
  if (role === "teacher") return [COURSES, LEARN, STUDIO];
  return role === "student" ? [COURSES, LEARN] : [COURSES, TEACH];
}
