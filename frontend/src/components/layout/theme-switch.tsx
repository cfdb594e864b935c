import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";

import { chooseTheme } from "@/features/session/actions";
import { THEME_COOKIE, themeOf, THEMES } from "@/lib/theme";

/** Three buttons of a form: the choice is stored in a cookie, and the server renders the page with it. */
export async function ThemeSwitch() {
  const t = await getTranslations("common.theme");
  const chosen = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <form action={chooseTheme} aria-label={t("label")} className="flex gap-1">
      {THEMES.map((theme) => (
        <button
          key={theme}
          name="theme"
          value={theme}
          aria-pressed={theme === chosen}
          className="inline-flex min-h-11 items-center px-1.5 text-sm text-soft hover:text-ink aria-pressed:font-medium aria-pressed:text-ink aria-pressed:underline aria-pressed:underline-offset-8"
        >
          {t(theme)}
        </button>
      ))}
    </form>
  );
}
