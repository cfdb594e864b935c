import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Price } from "@/components/ui/price";
import { type Purchase, readPurchase, type Stage } from "@/features/checkout/data";
import { FocusedHeading } from "@/features/checkout/focused-heading";
import { PurchaseWatch } from "@/features/checkout/purchase-watch";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

interface Props {
  params: Promise<{ course: string; payment: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, result] = await Promise.all([getTranslations("checkout.purchase"), readPurchase((await params).payment)]);
  return privateMetadata(t(`${result.ok ? result.data.stage : "pending"}.title`), t("description"));
}

/** The state of a payment. All of it is in the URL, so that a reload changes nothing. */
export default async function PurchasePage({ params }: Props) {
  await requireUser();
  const [{ course: slug, payment }, t] = await Promise.all([params, getTranslations("checkout.purchase")]);
  const result = await readPurchase(payment);
  if (result.ok) return <Standing purchase={result.data} slug={slug} />;
  if (result.kind === "not_found" || result.kind === "invalid") notFound();
  return (
    <div className="page-narrow py-16">
      <h1 className="mb-6 text-3xl">{t("unknown")}</h1>
      <FailurePanel failure={result} />
    </div>
  );
}

async function Standing({ purchase: { payment, stage }, slug }: { purchase: Purchase; slug: string }) {
  const t = await getTranslations("checkout.purchase");
  return (
    <div className="page-narrow py-16 sm:py-24">
      <FocusedHeading key={stage} className="text-3xl [overflow-wrap:anywhere] sm:text-4xl">
        {t(`${stage}.title`)}
      </FocusedHeading>
      <p className="mt-4 max-w-prose text-lg text-soft">{t(`${stage}.text`, { course: payment.course_title })}</p>
      {(stage === "pending" || stage === "paid") && (
        <ClientMessages areas={["checkout"]}>
          <PurchaseWatch payment={payment.id} stage={stage} />
        </ClientMessages>
      )}
      <dl className="mt-8 grid max-w-md grid-cols-[auto_1fr] gap-x-8 gap-y-2 border-y border-rule py-4 text-[0.9375rem]">
        <dt className="text-soft">{t("course")}</dt>
        <dd className="min-w-0 text-right [overflow-wrap:anywhere]">{payment.course_title}</dd>
        <dt className="text-soft">{t("amount")}</dt>
        <dd className="text-right">
          <Price amount={payment.amount} currency={payment.currency} />
        </dd>
      </dl>
      <div className="mt-8 flex flex-wrap gap-3">
        <Ways stage={stage} slug={slug} />
      </div>
    </div>
  );
}

const FIRST_WAY: Record<Stage, { href: (slug: string) => string; label: "learn" | "again" | "course" } | null> = {
  pending: null,
  paid: null,
  owned: { href: (slug) => `/learn/${slug}`, label: "learn" },
  declined: { href: (slug) => `/checkout/${slug}`, label: "again" },
  refunded: { href: (slug) => `/courses/${slug}`, label: "course" },
};

async function Ways({ stage, slug }: { stage: Stage; slug: string }) {
  const t = await getTranslations("checkout.purchase.ways");
  const first = FIRST_WAY[stage];
  return (
    <>
      {first && (
        <Link href={first.href(slug)} prefetch={false} className={buttonClass()}>
          {t(first.label)}
        </Link>
      )}
      <Link href="/orders" className={buttonClass("secondary")}>
        {t("orders")}
      </Link>
    </>
  );
}
