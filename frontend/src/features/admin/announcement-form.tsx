"use client";

import { useTranslations } from "next-intl";

import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";

import { announce } from "./announce-action";
import { ROLES } from "./query";

export function AnnouncementForm() {
  const t = useTranslations("admin.announcements");
  return (
    <ActionForm action={announce} label={t("title")} className="max-w-prose" draft="announcement">
      <SelectField name="role" label={t("to")} initial="student">
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(`all.${role}`)}
          </option>
        ))}
      </SelectField>
      <TextField name="title" label={t("subject")} maxLength={200} autoComplete="off" />
      <TextareaField name="body" label={t("body")} rows={6} maxLength={5000} autoComplete="off" />
      <SubmitButton>{t("send")}</SubmitButton>
    </ActionForm>
  );
}
