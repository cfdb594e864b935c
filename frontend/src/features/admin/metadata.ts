import "server-only";

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { privateMetadata } from "@/lib/seo";

import type { PageName } from "./frame";

export async function adminMetadata(name: PageName): Promise<Metadata> {
  const t = await getTranslations("admin");
  return privateMetadata(`${t(`${name}.title`)} · ${t("title")}`, t(`${name}.text`));
}
