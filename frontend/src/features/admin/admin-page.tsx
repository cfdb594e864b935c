import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import { privateMetadata } from "@/lib/seo";

export type PageName =
  "overview" | "reports" | "courses" | "reviews" | "teachers" | "users" | "payments" | "announcements" | "audit";

export async function adminMetadata(name: PageName): Promise<Metadata> {
  const t = await getTranslations("admin");
  return privateMetadata(`${t(`${name}.title`)} · ${t("title")}`, t(`${name}.text`));
}

/** An admin page: its heading, its purpose, its content. */
export async function AdminPage({ name, children }: { name: PageName; children: ReactNode }) {
  const t = await getTranslations("admin");
  return (
    <>
      <h1 className="mt-10 text-3xl sm:text-4xl">{t(`${name}.title`)}</h1>
      <p className="mt-2 mb-8 max-w-prose text-soft">{t(`${name}.text`)}</p>
      {children}
    </>
  );
}
