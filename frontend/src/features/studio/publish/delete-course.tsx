"use client";

import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { ActionForm, SubmitButton } from "@/components/ui/form";

import { deleteCourse } from "./status-actions";

export function DeleteCourse({ id, title }: { id: string; title: string }) {
  const t = useTranslations("studio.publish");
  const form = useTranslations("common.form");
  return (
    <Dialog
      title={t("deleteTitle")}
      description={t("deleteText", { title })}
      trigger={<Button look="danger">{t("delete")}</Button>}
    >
      <ActionForm action={deleteCourse.bind(null, id)} label={t("deleteTitle")}>
        <div className="flex flex-wrap justify-end gap-3">
          <DialogClose asChild>
            <Button look="secondary">{form("cancel")}</Button>
          </DialogClose>
          <SubmitButton look="danger">{t("deleteForGood")}</SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
