"use client";

import { Search } from "lucide-react";
import Form from "next/form";
import { useSearchParams } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";

import { type ComponentType, type RefObject, useRef, useState } from "react";

import { clsx } from "clsx";
import { getPathname, usePathname } from "@/lib/i18n/navigation";

type Suggestions = ComponentType<{ id: string; input: RefObject<HTMLInputElement | null> }>;

/**
 * Searches courses, and shows the last search. It is a plain form, which works without any script; the suggestions for
 * what is being typed load when the field is first used.
 */
export function SearchForm({ id, className }: { id: string; className?: string }) {
  const t = useTranslations("common.search");
  const action = getPathname({ href: "/courses", locale: useLocale() });
  const words = useSearchParams().get("q") ?? "";
  const searched = usePathname() === "/courses" ? words : "";
  const input = useRef<HTMLInputElement>(null);
  const [Suggestions, setSuggestions] = useState<Suggestions>();
  const load = () =>
    import("./search-suggestions").then(
      ({ SearchSuggestions }) => setSuggestions(() => SearchSuggestions),
      () => undefined,
    );
  return (
    <Form action={action} role="search" className={clsx("relative", className)}>
      <label htmlFor={id} className="sr-only">
        {t("label")}
      </label>
      <input
        id={id}
        key={searched}
        ref={input}
        onFocus={load}
        type="search"
        name="q"
        defaultValue={searched}
        maxLength={200}
        autoComplete="off"
        placeholder={t("placeholder")}
        className="block h-11 w-full rounded-control border border-rule-strong bg-raised pr-12 pl-4 text-base text-ellipsis placeholder:text-soft [&::-webkit-search-cancel-button]:hidden"
      />
      <button
        type="submit"
        aria-label={t("submit")}
        className="absolute top-0 right-0 flex size-11 items-center justify-center text-soft hover:text-ink"
      >
        <Search aria-hidden className="size-5" />
      </button>
      {Suggestions && <Suggestions key={searched} id={id} input={input} />}
    </Form>
  );
}
