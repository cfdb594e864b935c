"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";

import { clsx } from "clsx";
import { Link } from "@/lib/i18n/navigation";

interface Toast {
  id: number;
  text: string;
  tone: "neutral" | "danger";
  /** A link to what can be done about it, in a new tab: the page stays as it is. */
  link?: { href: string; label: string };
}

const STAYS_MS = 8000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]) {
  toasts = next;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const dismiss = (id: number) => publish(toasts.filter((toast) => toast.id !== id));

/** Show a short message; a screen reader reads it out, and it disappears automatically. */
export function toast(text: string, tone: Toast["tone"] = "neutral", link?: Toast["link"]) {
  const id = ++lastId;
  publish([...toasts.slice(-2), { id, text, tone, link }]);
  setTimeout(() => dismiss(id), STAYS_MS);
}

const NONE: readonly Toast[] = [];

export function Toaster() {
  const t = useTranslations("common");
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => NONE,
  );
  return (
    <section
      aria-label={t("toasts")}
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-end gap-2"
    >
      <div role="status" aria-live="polite" className="contents">
        {shown.map(({ id, text, tone, link }) => (
          <div
            key={id}
            className={clsx(
              "pointer-events-auto flex max-w-md items-center gap-3 rounded-control bg-ink py-1 pr-1 pl-4 text-[0.9375rem] text-paper",
              tone === "danger" && "border-l-4 border-danger",
            )}
          >
            {text}
            {link && (
              <Link href={link.href} target="_blank" className="shrink-0 py-1 font-medium underline">
                {link.label}
              </Link>
            )}
            <button
              type="button"
              onClick={() => dismiss(id)}
              aria-label={t("dismiss")}
              className="flex size-10 items-center justify-center"
            >
              <X aria-hidden className="size-4" />
            </button>
          </div>
        ))}
      </div>
    </section>
  );
}
