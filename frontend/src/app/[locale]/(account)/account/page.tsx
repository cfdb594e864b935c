import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { FailurePanel } from "@/components/ui/failure-panel";
import { readMe, readPreferences, readSessions } from "@/features/account/data";
import { EraseDialog } from "@/features/account/erase-dialog";
import {
  EmailSection,
  NotificationsSection,
  PasswordSection,
  ProfileSection,
  Section,
  SessionsSection,
} from "@/features/account/sections";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("account");
  return privateMetadata(t("title"), t("description"));
}

export default async function AccountPage() {
  await requireUser();
  const [t, me, preferences, sessions] = await Promise.all([
    getTranslations("account"),
    readMe(),
    readPreferences(),
    readSessions(),
  ]);
  return (
    <div className="page py-10 sm:py-14">
      <h1 className="mb-10 text-3xl sm:text-4xl">{t("title")}</h1>
      {me.ok ? (
        <>
          <ProfileSection me={me.data} />
          <EmailSection me={me.data} />
          {preferences.ok ? (
            me.data.role !== "admin" && <NotificationsSection role={me.data.role} wanted={preferences.data.email} />
          ) : (
            <FailurePanel failure={preferences} />
          )}
          <PasswordSection me={me.data} />
        </>
      ) : (
        <FailurePanel failure={me} />
      )}
      {sessions.ok && <SessionsSection sessions={sessions.data.items} />}
      {me.ok && me.data.role !== "admin" && (
        <Section title={t("erase.title")} text={t("erase.text")}>
          <ClientMessages areas={["account"]}>
            <EraseDialog />
          </ClientMessages>
        </Section>
      )}
    </div>
  );
}
