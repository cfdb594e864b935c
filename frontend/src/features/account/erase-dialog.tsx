"use client";

import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";

import { eraseAccount } from "./session-actions";

/** Requires the account's e-mail address before everything is deleted. */
export function EraseDialog() {
  const t = useTranslations("account.erase");
  const common = useTranslations("common.form");
  return (
    <Dialog title={t("question")} description={t("consequences")} trigger={<Button look="danger">{t("start")}</Button>}>
      <ActionForm action={eraseAccount} label={t("question")}>
        <TextField name="confirm_email" type="email" label={t("confirmEmail")} autoComplete="off" />
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
