"use client";

import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { TextareaField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";

import { refund } from "./refund-action";

/** Asks for confirmation before a refund. */
export function RefundDialog({ payment, course }: { payment: string; course: string }) {
  const t = useTranslations("checkout.refund");
  const common = useTranslations("common.form");
  return (
    <Dialog
      title={t("title", { course })}
      description={t("consequences")}
      trigger={
        <Button look="quiet" className="-ml-3 sm:ml-0" aria-label={t("startOf", { course })}>
          {t("start")}
        </Button>
      }
    >
      <ActionForm action={refund} label={t("start")}>
        <input type="hidden" name="payment_id" value={payment} />
        <TextareaField name="reason" label={t("reason")} optional maxLength={500} rows={3} autoComplete="off" />
        <div className="flex flex-wrap justify-end gap-3">
          <DialogClose asChild>
            <Button look="secondary">{common("cancel")}</Button>
          </DialogClose>
          <SubmitButton look="danger">{t("confirm")}</SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
