import { Award } from "lucide-react";
import type { Metadata } from "next";
import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { readMyCertificates } from "@/features/certificate/data";
import { PdfLink } from "@/features/certificate/pdf-link";
import type { MyCertificate } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("learn.certificateList");
  return privateMetadata(t("title"), t("description"));
}

export default async function CertificatesPage() {
  await requireUser();
  const [t, found] = await Promise.all([getTranslations("learn.certificateList"), readMyCertificates()]);
  return (
    <div className="page-narrow pt-10 sm:pt-14">
      <h1 className="text-3xl sm:text-4xl">{t("title")}</h1>
      <p className="mt-3 mb-8 max-w-prose text-soft">{t("lead")}</p>
      {!found.ok ? (
        <FailurePanel failure={found} />
      ) : found.data.items.length ? (
        <List of={found.data.items} />
      ) : (
        <Nothing />
      )}
    </div>
  );
}

async function List({ of }: { of: MyCertificate[] }) {
  const [t, format] = await Promise.all([getTranslations("learn.certificateList"), getFormatter()]);
  return (
    <ul className="border-t border-rule">
      {of.map(({ code, course_title: course, completed_at, teacher_name, valid }) => (
        <li
          key={code}
          className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-3 border-b border-rule py-5 sm:grid-cols-[auto_minmax(0,1fr)_auto]"
        >
          <Award aria-hidden className="mt-1 size-5 text-accent" />
          <div className="min-w-0 [overflow-wrap:anywhere]">
            <h2 className="text-lg leading-snug">
              <Link href={`/certificates/${code}`} className="quiet-link">
                {course}
              </Link>
            </h2>
            <p className="mt-1 text-sm text-soft">
              {t("line", { teacher: teacher_name, day: format.dateTime(new Date(completed_at), "day") })}
            </p>
            {!valid && <Badge tone="danger">{t("withdrawn")}</Badge>}
          </div>
          <PdfLink
            code={code}
            label={t("pdfOf", { course })}
            className="col-start-2 justify-self-start sm:col-start-3 sm:self-center"
          >
            {t("pdf")}
          </PdfLink>
        </li>
      ))}
    </ul>
  );
}

async function Nothing() {
  const t = await getTranslations("learn.certificateList.empty");
  return (
    <EmptyState
      title={t("title")}
      action={
        <Link href="/learn" className={buttonClass("secondary")}>
          {t("action")}
        </Link>
      }
    >
      {t("text")}
    </EmptyState>
  );
}
