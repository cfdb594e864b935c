"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import type { FormAction } from "@/lib/forms/state";

import { announce } from "./announce-action";
import { ROLES } from "./query";

type Role = (typeof ROLES)[number];
const FORM = "announcement";

/** Write an announcement; it is shown with the number of its recipients before it is sent. */
export function AnnouncementForm({ recipients }: { recipients: Record<Role, number | null> }) {
  const t = useTranslations("admin.announcements");
  const common = useTranslations("common.form");
  const [preview, setPreview] = useState<Record<string, string> | null>(null);
  const submit: FormAction = async (previous, form) => {
    const values = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
    const complete = values.title?.trim() && values.body?.trim();
    if (complete && !form.has("confirmed")) {
      setPreview(values);
      return { values, errors: {} };
    }
    setPreview(null);
    return announce(previous, form);
  };
  const count = preview && recipients[preview.role as Role];
  return (
    <ActionForm id={FORM} action={submit} label={t("title")} className="max-w-prose" draft="announcement">
      <SelectField name="role" label={t("to")} initial="student">
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(`all.${role}`)}
          </option>
        ))}
      </SelectField>
      <TextField name="title" label={t("subject")} maxLength={200} autoComplete="off" />
      <TextareaField name="body" label={t("body")} rows={6} maxLength={5000} autoComplete="off" />
      <SubmitButton>{t("review")}</SubmitButton>
      <Dialog
        title={typeof count === "number" ? t("confirm", { count }) : t("confirmUnknown")}
        description={preview ? t(`all.${preview.role as Role}`) : undefined}
        open={preview !== null}
        onOpenChange={(open) => !open && setPreview(null)}
      >
        <blockquote className="border-l-4 border-rule-strong px-4 [overflow-wrap:anywhere]">
          <p className="font-medium">{preview?.title}</p>
          <p className="mt-1 whitespace-pre-line">{preview?.body}</p>
        </blockquote>
        <div className="mt-5 flex flex-wrap justify-end gap-3">
          <DialogClose asChild>
            <Button look="secondary">{common("cancel")}</Button>
          </DialogClose>
          <SubmitButton form={FORM} name="confirmed" value="yes">
            {t("send")}
          </SubmitButton>
        </div>
      </Dialog>
    </ActionForm>
  );
}
