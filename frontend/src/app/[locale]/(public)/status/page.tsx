import { CircleAlert, CircleCheck } from "lucide-react";
import type { Metadata } from "next";
import { getFormatter, getTranslations } from "next-intl/server";

import { RetryButton } from "@/components/ui/retry-button";
import { type PartStatus, readStatus } from "@/features/status/data";
import { privateMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("status");
  return privateMetadata(t("title"), t("description"));
}

export default async function StatusPage() {
  const [t, format, parts] = await Promise.all([getTranslations("status"), getFormatter(), readStatus()]);
  const down = parts.filter((part) => !part.ready).length;
  return (
    <div className="page-narrow py-12 sm:py-16">
      <h1 className="text-3xl sm:text-4xl">{t("title")}</h1>
      <p className="mt-3 text-lg text-soft">{t("summary", { down })}</p>
      <ul className="mt-10 border-t border-rule">
        {parts.map((part) => (
          <Part key={part.name} part={part} />
        ))}
      </ul>
      <div className="mt-8 flex flex-wrap items-center justify-between gap-4">
        <p className="text-sm text-soft">
          {t("asked", { time: format.dateTime(new Date(), { timeStyle: "medium" }) })}
        </p>
        <RetryButton />
      </div>
    </div>
  );
}

async function Part({ part }: { part: PartStatus }) {
  const t = await getTranslations("status");
  const Icon = part.ready ? CircleCheck : CircleAlert;
  return (
    <li className="flex items-start justify-between gap-6 border-b border-rule py-4">
      <div>
        <h2 className="font-sans text-base font-medium tracking-normal">{t(`parts.${part.name}.name`)}</h2>
        <p className="text-sm text-soft">{t(`parts.${part.name}.does`)}</p>
      </div>
      <p className={part.ready ? "shrink-0 text-sm text-success" : "shrink-0 text-sm text-danger"}>
        <span className="flex items-center gap-1.5">
          <Icon aria-hidden className="size-4" />
          {part.ready ? t("ready", { milliseconds: part.milliseconds }) : t("down")}
        </span>
      </p>
    </li>
  );
}
