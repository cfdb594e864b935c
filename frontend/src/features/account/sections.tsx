import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { Badge } from "@/components/ui/badge";
import { DoneNotice } from "@/components/ui/done-notice";
import { PasswordField, SelectField, TextareaField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Checkbox } from "@/components/ui/input";
import type { Me, Session } from "@/lib/api/types";
import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import type { Role } from "@/lib/session/claims";

import { deviceOf } from "./device";
import { changePassword } from "./password-action";
import { emailKinds } from "./preferences";
import { savePreferences } from "./preferences-action";
import { saveProfile } from "./profile-action";
import { endAllSessions, endSession, resendVerification } from "./session-actions";

/** A section of the account page: its description on the left, the form on the right. */
export function Section({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-x-12 gap-y-6 border-t border-rule py-10 md:grid-cols-[14rem_1fr]">
      <div>
        <h2 className="text-xl">{title}</h2>
        <div className="mt-2 text-[0.9375rem] text-soft">{text}</div>
      </div>
      <div className="max-w-xl min-w-0">{children}</div>
    </section>
  );
}

export function EmailSection({ me }: { me: Me }) {
  const t = useTranslations("account.email");
  return (
    <Section title={t("title")} text={t("text")}>
      <p className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 break-all">{me.email}</span>
        <Badge tone={me.email_verified ? "success" : "warning"}>
          {t(me.email_verified ? "verified" : "unverified")}
        </Badge>
      </p>
      {!me.email_verified && (
        <ActionForm action={resendVerification} className="mt-4" label={t("resend")}>
          <DoneNotice>{t("sent")}</DoneNotice>
          <SubmitButton look="secondary">{t("resend")}</SubmitButton>
        </ActionForm>
      )}
    </Section>
  );
}

export function ProfileSection({ me }: { me: Me }) {
  const t = useTranslations("account.profile");
  const common = useTranslations("common.form");
  return (
    <Section title={t("title")} text={t("text")}>
      <ActionForm action={saveProfile} label={t("title")} draft={`profile-${me.id}`}>
        <DoneNotice>{t("done")}</DoneNotice>
        <TextField name="name" label={t("name")} initial={me.name} autoComplete="name" maxLength={100} />
        <TextareaField
          name="bio"
          label={t("bio")}
          hint={t("bioHint")}
          initial={me.bio}
          optional
          maxLength={2000}
          autoComplete="off"
        />
        <SelectField name="locale" label={t("language")} initial={me.locale} autoComplete="language">
          {LOCALES.map((locale) => (
            <option key={locale} value={locale}>
              {LOCALE_NAMES[locale]}
            </option>
          ))}
        </SelectField>
        <SubmitButton>{common("save")}</SubmitButton>
      </ActionForm>
    </Section>
  );
}

export function NotificationsSection({ role, wanted }: { role: Role; wanted: Record<string, boolean> }) {
  const t = useTranslations("account.notifications");
  const common = useTranslations("common.form");
  return (
    <Section title={t("title")} text={t("text")}>
      <ActionForm action={savePreferences} label={t("title")}>
        <DoneNotice>{t("done")}</DoneNotice>
        <fieldset>
          <legend className="mb-1 text-[0.9375rem] font-medium">{t("legend")}</legend>
          {emailKinds(role).map(({ type, key }) => (
            <label key={key} className="flex min-h-11 items-center gap-3">
              <Checkbox name={key} defaultChecked={wanted[type] ?? true} />
              {t(`kinds.${key}`)}
            </label>
          ))}
        </fieldset>
        <p className="text-sm text-soft">{t("security")}</p>
        <SubmitButton>{common("save")}</SubmitButton>
      </ActionForm>
    </Section>
  );
}

export function PasswordSection({ me }: { me: Me }) {
  const t = useTranslations("account.password");
  return (
    <Section title={t("title")} text={t("text")}>
      <ActionForm action={changePassword} label={t("title")}>
        <DoneNotice>{t("done")}</DoneNotice>
        {/* Password managers need to know the account of the password. */}
        <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
        <PasswordField name="current_password" label={t("current")} autoComplete="current-password" />
        <PasswordField name="new_password" label={t("new")} autoComplete="new-password" />
        <SubmitButton>{t("submit")}</SubmitButton>
      </ActionForm>
    </Section>
  );
}

export function SessionsSection({ sessions }: { sessions: Session[] }) {
  const t = useTranslations("account.sessions");
  return (
    <Section title={t("title")} text={t("text")}>
      <ul className="border-t border-rule">
        {sessions.map((session) => (
          <SessionItem key={session.id} session={session} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <ActionForm action={endAllSessions} className="mt-6" label={t("endAll")}>
          <SubmitButton look="secondary">{t("endAll")}</SubmitButton>
        </ActionForm>
      )}
    </Section>
  );
}

function SessionItem({ session }: { session: Session }) {
  const t = useTranslations("account.sessions");
  const format = useFormatter();
  const device = deviceOf(session.user_agent) ?? t("unknownDevice");
  const moment = format.dateTime(new Date(session.last_used_at), "moment");
  return (
    <li className="flex min-h-16 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-rule py-3">
      <div className="min-w-0">
        <p className="font-medium">{device}</p>
        <p className="text-sm text-soft">{session.current ? t("current") : t("lastUsed", { moment })}</p>
      </div>
      {!session.current && (
        <ActionForm action={endSession} label={t("endOf", { device })}>
          <input type="hidden" name="session_id" value={session.id} />
          <SubmitButton look="quiet">{t("end")}</SubmitButton>
        </ActionForm>
      )}
    </li>
  );
}
