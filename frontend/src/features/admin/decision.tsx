"use client";

import { useTranslations } from "next-intl";

import { TextareaField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";

import { approveTeacher, rejectTeacher } from "./teacher-actions";

/** Approve, or reject with a reason that the teacher sees. */
export function Decision({ id }: { id: string }) {
  const t = useTranslations("admin.teachers");
  return (
    <div className="mt-8 max-w-prose space-y-8">
      <ActionForm action={approveTeacher} label={t("approve")}>
        <input type="hidden" name="id" value={id} />
        <SubmitButton>{t("approve")}</SubmitButton>
      </ActionForm>
      <ActionForm action={rejectTeacher} label={t("reject")} draft={`rejection-${id}`}>
        <input type="hidden" name="id" value={id} />
        <TextareaField name="reason" label={t("reason")} hint={t("reasonHint")} rows={3} autoComplete="off" />
        <SubmitButton look="danger">{t("reject")}</SubmitButton>
      </ActionForm>
    </div>
  );
}
