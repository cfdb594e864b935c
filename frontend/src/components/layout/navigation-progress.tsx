"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

/** How long the bar may stay when the navigation does not happen, for example after a cancelled request. */
const LONGEST_MS = 20_000;

/** A bar at the top of the window from a click on a link until its page is there; none for a fast page. */
export function NavigationProgress() {
  const t = useTranslations("common");
  const url = `${usePathname()}?${useSearchParams()}`;
  const [leaving, setLeaving] = useState<string>();

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const start = () => {
      clearTimeout(timer);
      setLeaving(`${location.pathname}?${new URLSearchParams(location.search)}`);
      timer = setTimeout(() => setLeaving(undefined), LONGEST_MS);
    };
    const onClick = (event: MouseEvent) => {
      const link = (event.target as Element).closest?.("a");
      if (link && opensHere(event, link)) start();
    };
    const onSubmit = (event: SubmitEvent) => {
      if ((event.target as HTMLFormElement).role === "search") start();
    };
    document.addEventListener("click", onClick);
    document.addEventListener("submit", onSubmit);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("click", onClick);
      document.removeEventListener("submit", onSubmit);
    };
  }, []);

  if (leaving !== url) return null;
  return (
    <div
      role="progressbar"
      aria-label={t("loading")}
      className="fixed inset-x-0 top-0 z-50 h-0.5 origin-left animate-[progress_8s_cubic-bezier(0.1,0.7,0.2,1)_0.15s_both] bg-accent print:hidden"
    />
  );
}

/** Return whether a click leads to another page of this site in this window. */
function opensHere(event: MouseEvent, link: HTMLAnchorElement): boolean {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return false;
  return link.pathname !== location.pathname || link.search !== location.search;
}
