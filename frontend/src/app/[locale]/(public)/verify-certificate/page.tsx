import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { CertificateLookup } from "@/features/certificate/certificate-lookup";
import { redirect } from "@/lib/i18n/navigation";
import { pageMetadata } from "@/lib/seo";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("course.certificateLookup");
  return pageMetadata({ title: t("title"), description: t("text"), path: "/verify-certificate" });
}

/** Anyone can verify a certificate by its code. */
export default async function VerifyCertificatePage({ searchParams }: { searchParams: Promise<{ code?: string }> }) {
  const code = String((await searchParams).code ?? "").trim();
  if (code) redirect({ href: `/certificates/${encodeURIComponent(code)}`, locale: await getLocale() });
  return (
    <div className="page-narrow py-12 sm:py-20">
      <CertificateLookup />
    </div>
  );
}
