import { BadgeCheck } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getFormatter, getTranslations } from "next-intl/server";
import { cache } from "react";

import { FailurePanel } from "@/components/ui/failure-panel";
import { Notice } from "@/components/ui/notice";
import { PrintButton } from "@/components/ui/print-button";
import { PdfLink } from "@/features/certificate/pdf-link";
import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import type { Certificate } from "@/lib/api/types";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ code: string }>;
  /** With `print`: the response to a request for a PDF that cannot be created. */
  searchParams: Promise<{ print?: string }>;
}

const readCertificate = cache(async (code: string) => {
  const result = await outcome(
    (await anonymous()).enrollment.GET("/certificates/{code}", { params: { path: { code } } }),
  );
  if (!result.ok && (result.kind === "not_found" || result.kind === "invalid")) notFound();
  return result;
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, result] = await Promise.all([getTranslations("course.certificate"), readCertificate((await params).code)]);
  if (!result.ok) return privateMetadata(t("title"), t("title"));
  const { student_name: student, course_title: course } = result.data;
  return privateMetadata(t("titleOf", { course }), t("description", { student, course }));
}

/** Anyone who has the code can verify that a certificate is real. */
export default async function CertificatePage({ params, searchParams }: Props) {
  const [{ code }, { print }] = await Promise.all([params, searchParams]);
  const [t, result] = await Promise.all([getTranslations("course.certificate"), readCertificate(code)]);
  return (
    <div className="page-narrow py-12 sm:py-20">
      {result.ok ? (
        <Sheet certificate={result.data} printable={print === undefined} />
      ) : (
        <>
          <h1 className="mb-6 text-3xl">{t("title")}</h1>
          <FailurePanel failure={result} />
        </>
      )}
    </div>
  );
}

async function Sheet({ certificate, printable }: { certificate: Certificate; printable: boolean }) {
  const [t, format] = await Promise.all([getTranslations("course.certificate"), getFormatter()]);
  return (
    <>
      {!printable && (
        <div className="mb-8 print:hidden">
          <Notice>{t("printInstead")}</Notice>
        </div>
      )}
      <article className="border border-rule-strong bg-raised px-6 py-12 text-center sm:px-14 sm:py-16">
        <p className="eyebrow">EduPlatform</p>
        <h1 className="mt-3 text-3xl sm:text-4xl">{t("title")}</h1>
        <p className="mt-10 text-soft">{t("awardedTo")}</p>
        <p className="mt-2 font-serif text-2xl font-semibold sm:text-3xl">
          {certificate.student_name || t("nameless")}
        </p>
        <p className="mt-8 text-soft">{t("for")}</p>
        <p className="mt-2 font-serif text-xl sm:text-2xl">{certificate.course_title}</p>
        <p className="mt-8 text-[0.9375rem] text-soft">
          {t("taughtBy", { teacher: certificate.teacher_name })}
          <br />
          <time dateTime={certificate.completed_at}>{format.dateTime(new Date(certificate.completed_at), "day")}</time>
        </p>
      </article>
      <div className="mt-8 flex flex-wrap items-center justify-between gap-4">
        <p
          className={certificate.valid ? "flex items-center gap-2 text-success" : "flex items-center gap-2 text-danger"}
        >
          <BadgeCheck aria-hidden className="size-5" />
          {t(certificate.valid ? "valid" : "invalid")}
        </p>
        <div className="flex flex-wrap gap-3">
          {printable && <PdfLink code={certificate.code}>{t("pdf")}</PdfLink>}
          <PrintButton>{t("print")}</PrintButton>
        </div>
      </div>
      <p className="mt-6 text-sm text-soft">
        {t("code")} <span className="font-mono break-all">{certificate.code}</span>
      </p>
    </>
  );
}
