"use client";

import { setNonce } from "get-nonce";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";

// Scrolling of the page behind is prevented by a style element, which needs the page's nonce.
if (typeof document !== "undefined") {
  setNonce(document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "");
}

interface DialogProps {
  title: string;
  description?: string;
  /** The button that opens the dialog and takes the focus when it closes. */
  trigger: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

/** A modal dialog: it keeps the focus, Escape closes it, and the focus returns to where it was. */
export function Dialog({ title, description, trigger, open, onOpenChange, children }: DialogProps) {
  const t = useTranslations("common.form");
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/0.5)]" />
        <Primitive.Content
          {...(!description && { "aria-describedby": undefined })}
          className="fixed top-1/2 left-1/2 z-50 max-h-[85dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-panel border border-rule bg-raised p-6 text-ink"
        >
          <Primitive.Title className="pr-10 font-serif text-xl font-semibold">{title}</Primitive.Title>
          {description && <Primitive.Description className="mt-2 text-soft">{description}</Primitive.Description>}
          <div className="mt-5">{children}</div>
          <Primitive.Close
            aria-label={t("close")}
            className="absolute top-4 right-4 flex size-10 items-center justify-center text-soft hover:text-ink"
          >
            <X aria-hidden className="size-5" />
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export const DialogClose = Primitive.Close;
