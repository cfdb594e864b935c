"use client";

import { useTranslations } from "next-intl";
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";

import { clsx } from "clsx";
import { useRouter } from "@/lib/i18n/navigation";

interface Suggestion {
  slug: string;
  title: string;
}

interface Props {
  id: string;
  input: RefObject<HTMLInputElement | null>;
}

const SHORTEST = 2;
const PAUSE_MS = 150;

/**
 * The list of suggested courses below a search field, which makes the field a combobox with manual selection
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Loaded once a field has the focus.
 */
export function SearchSuggestions({ id, input }: Props) {
  const t = useTranslations("common.search");
  const router = useRouter();
  const [found, clear] = useFound(input);
  const [active, setActive] = useState(-1);
  const [shown, setShown] = useState<Suggestion[]>(found);
  if (shown !== found) {
    setShown(found);
    setActive(-1);
  }
  const open = (course: Suggestion) => {
    clear();
    input.current?.form?.reset();
    input.current?.closest<HTMLElement>(":popover-open")?.hidePopover();
    router.push(`/courses/${course.slug}`);
  };
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.isComposing || found.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      // Before the first and after the last one is the field itself.
      setActive(((active + 1 + step + found.length + 1) % (found.length + 1)) - 1);
    } else if (event.key === "Enter" && found[active]) open(found[active]);
    else if (event.key === "Escape") clear();
    else {
      setActive(-1);
      return;
    }
    event.preventDefault();
  });
  useEffect(() => {
    const field = input.current;
    const pressed = (event: KeyboardEvent) => press(event);
    field?.addEventListener("keydown", pressed);
    return () => field?.removeEventListener("keydown", pressed);
  }, [input]);
  useCombobox(input, id, found.length > 0, active);
  return (
    <>
      <p role="status" className="sr-only">
        {found.length > 0 && t("suggested", { count: found.length })}
      </p>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t("suggestions")}
        hidden={found.length === 0}
        className="absolute inset-x-0 top-full z-40 mt-1 max-h-[60dvh] overflow-y-auto rounded-panel border border-rule-strong bg-raised py-1 text-left text-base text-ink shadow-lg [[popover]_&]:static"
      >
        {found.map((course, index) => (
          <li
            key={course.slug}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => open(course)}
            className={clsx(
              "flex min-h-11 cursor-pointer items-center px-4 py-2 leading-snug wrap-anywhere hover:bg-sunken",
              index === active && "bg-accent-soft outline-2 -outline-offset-2 outline-accent",
            )}
          >
            {course.title}
          </li>
        ))}
      </ul>
    </>
  );
}

const NONE: Suggestion[] = [];

/** Return the courses for what is typed into the field, none after it loses the focus, and a function to drop them. */
function useFound(input: RefObject<HTMLInputElement | null>) {
  const [found, setFound] = useState(NONE);
  const request = useRef(new AbortController());
  const restart = () => {
    request.current.abort();
    request.current = new AbortController();
    return request.current.signal;
  };
  const clear = () => {
    restart();
    setFound(NONE);
  };
  const look = useEffectEvent(() => {
    const [signal, words] = [restart(), input.current?.value.trim() ?? ""];
    if (words.length < SHORTEST) return setFound(NONE);
    const timer = setTimeout(() => {
      suggest(words, signal).then(setFound, () => !signal.aborted && setFound(NONE));
    }, PAUSE_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
  const leave = useEffectEvent(clear);
  useEffect(() => {
    const field = input.current;
    if (!field) return;
    const [typed, left] = [() => look(), () => leave()];
    // What was typed while this code was loading counts, too.
    if (field.value !== field.defaultValue) typed();
    field.addEventListener("input", typed);
    field.addEventListener("blur", left);
    field.form?.addEventListener("submit", left);
    return () => {
      request.current.abort();
      field.removeEventListener("input", typed);
      field.removeEventListener("blur", left);
      field.form?.removeEventListener("submit", left);
    };
  }, [input]);
  return [found, clear] as const;
}

async function suggest(words: string, signal: AbortSignal): Promise<Suggestion[]> {
  const response = await fetch(`/api/course/courses/suggest?${new URLSearchParams({ q: words })}`, { signal });
  return response.ok ? ((await response.json()) as { items: Suggestion[] }).items : NONE;
}

/** Describe the field as a combobox, whose list is open or not, to assistive technology. */
function useCombobox(input: RefObject<HTMLInputElement | null>, id: string, expanded: boolean, active: number) {
  useEffect(() => {
    const field = input.current;
    if (!field) return;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", `${id}-list`);
    field.setAttribute("aria-expanded", String(expanded));
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `${id}-${active}`);
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [input, id, expanded, active]);
}
