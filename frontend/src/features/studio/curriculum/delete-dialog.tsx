"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";

/** Asks for confirmation before a module or lesson is deleted. */
export function DeleteDialog(props: { trigger: ReactNode; warning: string; remove: () => Promise<unknown> }) {
  const t = useTranslations("studio.curriculum");
  const form = useTranslations("common.form");
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const remove = async () => {
    if (pending) return;
    setPending(true);
    await props.remove();
    setPending(false);
    setOpen(false);
  };
  return (
    <Dialog
      title={t("deleteTitle")}
      description={props.warning}
      trigger={props.trigger}
      open={open}
      onOpenChange={setOpen}
    >
      <div className="flex flex-wrap justify-end gap-3">
        <DialogClose asChild>
          <Button look="secondary">{form("cancel")}</Button>
        </DialogClose>
        <Button look="danger" aria-disabled={pending} onClick={remove}>
          {pending ? form("working") : t("delete")}
        </Button>
      </div>
    </Dialog>
  );
}
