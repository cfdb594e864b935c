import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { FailurePanel } from "@/components/ui/failure-panel";
import { enterCourse } from "@/features/learn/access";
import { readMyReview } from "@/features/review/data";
import { ReviewForm } from "@/features/review/review-form";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link, redirect } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ course: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, access] = await Promise.all([getTranslations("learn.finished"), enterCourse((await params).course)]);
  const course = access.ok ? access.course.title : "";
  return privateMetadata(t("metaTitle"), t("description", { course }));
}

export default async function FinishedPage({ params }: Props) {
  const access = await enterCourse((await params).course);
  if (!access.ok) return null;
  const { course, enrollment } = access;
  if (enrollment?.status !== "completed") {
    return redirect({ href: `/learn/${course.slug}`, locale: await getLocale() });
  }
  const [t, review] = await Promise.all([getTranslations("learn.finished"), readMyReview(course.id)]);
  return (
    <>
      <p className="eyebrow">{t("eyebrow")}</p>
      <h1 tabIndex={-1} className="mt-2 text-3xl [overflow-wrap:anywhere] sm:text-4xl">
        {t("title", { course: course.title })}
      </h1>
      <p className="mt-4 max-w-prose text-lg text-soft">{t("text", { count: enrollment.total_lessons })}</p>
      <div className="mt-7 flex flex-wrap gap-3">
        {enrollment.certificate_code && (
          <Link href={`/certificates/${enrollment.certificate_code}`} className={buttonClass()}>
            {t("certificate")}
          </Link>
        )}
        <Link href="/learn" className={buttonClass("quiet")}>
          {t("back")}
        </Link>
      </div>
      <section className="mt-14 max-w-xl border-t border-rule pt-8">
        <h2 className="text-2xl">{t(review.ok && review.data ? "yourReview" : "review")}</h2>
        <p className="mt-2 mb-6 text-soft">{t("reviewText")}</p>
        {review.ok ? (
          <ClientMessages areas={["learn"]}>
            <ReviewForm courseId={course.id} review={review.data} />
          </ClientMessages>
        ) : (
          <FailurePanel failure={review} />
        )}
      </section>
    </>
  );
}
