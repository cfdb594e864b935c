"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";

import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton, useFormState } from "@/components/ui/form";

import { announce } from "./announce-action";
import { ROLES } from "./query";

type Recipients = Record<(typeof ROLES)[number], number | null>;

/** Write an announcement; it is shown with the number of its recipients before it is sent. */
export function AnnouncementForm({ recipients }: { recipients: Recipients }) {
  const t = useTranslations("admin.announcements");
  return (
    <ActionForm action={announce} label={t("title")} className="max-w-prose" draft="announcement">
      <Step recipients={recipients} />
    </ActionForm>
  );
}

function Step({ recipients }: { recipients: Recipients }) {
  return useFormState().confirming ? <Confirmation recipients={recipients} /> : <Fields />;
}

function Fields() {
  const t = useTranslations("admin.announcements");
  const { confirming } = useFormState();
  useEffect(() => {
    // Back from the confirmation, whose buttons are gone.
    if (confirming === false) document.getElementById("title")?.focus();
  }, [confirming]);
  return (
    <>
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
    </>
  );
}

function Confirmation({ recipients }: { recipients: Recipients }) {
  const t = useTranslations("admin.announcements");
  const { values } = useFormState();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const role = ROLES.find((name) => name === values.role)!;
  const count = recipients[role];
  return (
    <>
      {["role", "title", "body"].map((name) => (
        <input key={name} type="hidden" name={name} value={values[name]} />
      ))}
      <h2 ref={heading} tabIndex={-1} className="text-xl">
        {count === null ? t("confirmUnknown") : t("confirm", { count })}
      </h2>
      <p className="text-soft">{t(`all.${role}`)}</p>
      <blockquote className="border-l-4 border-rule-strong px-4 wrap-anywhere">
        <p className="font-medium">{values.title}</p>
        <p className="mt-1 whitespace-pre-line">{values.body}</p>
      </blockquote>
      <div className="flex flex-wrap gap-3">
        <SubmitButton name="confirmed" value="yes">
          {t("send")}
        </SubmitButton>
        <SubmitButton look="secondary" name="edit" value="yes">
          {t("edit")}
        </SubmitButton>
      </div>
    </>
  );
}
