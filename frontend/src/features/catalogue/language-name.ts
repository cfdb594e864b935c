import { useLocale } from "next-intl";

/** Return a function that names a language code (`en`, `pt-BR`) in the user's language. */
export function useLanguageName(): (code: string) => string {
  const names = new Intl.DisplayNames(useLocale(), { type: "language" });
  return (code) => {
    try {
      return capitalised(names.of(code) ?? code);
    } catch {
      return code;
    }
  };
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
