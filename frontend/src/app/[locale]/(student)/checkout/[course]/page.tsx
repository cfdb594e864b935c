import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { MessagePage } from "@/components/layout/message-page";
import { buttonClass } from "@/components/ui/button";
import { FailurePanel } from "@/components/ui/failure-panel";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Notice } from "@/components/ui/notice";
import { Price } from "@/components/ui/price";
import { CheckoutQuery, newAttempt } from "@/features/checkout/attempt";
import { readPending } from "@/features/checkout/data";
import { FocusedHeading } from "@/features/checkout/focused-heading";
import { OrderSummary } from "@/features/checkout/order-summary";
import { pay } from "@/features/checkout/pay-action";
import { readCourse, readStanding } from "@/features/course/data";
import type { CourseRead } from "@/lib/api/types";
import { Link, redirect } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

interface Props {
  params: Promise<{ course: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("checkout");
  return privateMetadata(t("title"), t("description"));
}

export default async function CheckoutPage({ params, searchParams }: Props) {
  await requireUser();
  const [{ course: ref }, query, t, locale] = await Promise.all([
    params,
    searchParams.then((given) => CheckoutQuery.parse(given)),
    getTranslations("checkout"),
    getLocale(),
  ]);
  const result = await readCourse(ref);
  if (!result.ok) {
    return (
      <div className="page-narrow py-16">
        <h1 className="mb-6 text-3xl">{t("title")}</h1>
        <FailurePanel failure={result} />
      </div>
    );
  }
  const course = result.data;
  const standing = await readStanding(course);
  if (standing === "learner") return <AlreadyOwned course={course} />;
  if (course.is_free || standing === "owner" || standing === "admin" || course.status !== "published") {
    return redirect({ href: `/courses/${course.slug}`, locale });
  }
  const pending = await readPending(course);
  if (pending) return redirect({ href: `/checkout/${course.slug}/${pending.id}`, locale });
  if (!query.attempt) return redirect({ href: newAttempt(course.slug), locale });
  return <Checkout course={course} attempt={query.attempt} was={query.was} />;
}

async function Checkout({ course, attempt, was }: { course: CourseRead; attempt: string; was: string | undefined }) {
  const t = await getTranslations("checkout");
  const price = <Price amount={course.price} currency={course.currency} />;
  const Heading = was ? FocusedHeading : "h1";
  return (
    <div className="page-narrow pt-10 sm:pt-14">
      <Heading className="mb-8 text-3xl sm:text-4xl">{t(was ? "changedTitle" : "title")}</Heading>
      {was && (
        <div className="mb-8">
          <Notice>{t("changed")}</Notice>
        </div>
      )}
      <OrderSummary course={course} />
      <ActionForm key={attempt} action={pay} label={t("title")} className="mt-2" unreachable={t("unreachable")}>
        <input type="hidden" name="course_id" value={course.id} />
        <input type="hidden" name="slug" value={course.slug} />
        <input type="hidden" name="amount" value={course.price ?? ""} />
        <input type="hidden" name="attempt" value={attempt} />
        <SubmitButton className="w-full sm:w-auto">
          <span>{t.rich("pay", { price: () => price })}</span>
        </SubmitButton>
        <p className="max-w-prose text-sm text-soft">{t("refunds")}</p>
      </ActionForm>
    </div>
  );
}

async function AlreadyOwned({ course }: { course: CourseRead }) {
  const t = await getTranslations("checkout.owned");
  return (
    <MessagePage title={t("title")} text={t("text", { course: course.title })}>
      <Link href={`/learn/${course.slug}`} prefetch={false} className={buttonClass()}>
        {t("action")}
      </Link>
      <Link href="/orders" className={buttonClass("secondary")}>
        {t("orders")}
      </Link>
    </MessagePage>
  );
}
