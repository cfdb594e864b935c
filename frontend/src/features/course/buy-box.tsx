import { getLocale, getTranslations } from "next-intl/server";
import type { ComponentProps } from "react";

import { buttonClass, type ButtonLook } from "@/components/ui/button";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { readPending } from "@/features/checkout/data";
import type { CourseRead } from "@/lib/api/types";
import { getPathname, Link } from "@/lib/i18n/navigation";

import type { Standing } from "./data";
import { enroll } from "./enroll-action";

/** The next step with this course, depending on the user. */
export async function NextStep({ course, standing }: { course: CourseRead; standing: Standing }) {
  const t = await getTranslations("course.enroll");
  if (standing === "owner") return <StepLink href={`/studio/courses/${course.id}`} label={t("edit")} />;
  if (standing === "learner") return <StepLink href={`/learn/${course.slug}`} label={t("continue")} />;
  if (standing === "admin") return <AdminSteps course={course} />;
  if (course.status !== "published") return <p className="text-sm text-soft">{t("notOnSale")}</p>;
  if (!course.is_free) {
    const pending = standing === "customer" && (await readPending(course));
    if (pending) {
      return (
        <>
          <StepLink href={`/checkout/${course.slug}/${pending.id}`} label={t("pending")} />
          <p className="mt-2 text-sm text-soft">{t("pendingNote")}</p>
        </>
      );
    }
    const checkout = `/checkout/${course.slug}`;
    const next = getPathname({ href: checkout, locale: await getLocale() });
    // A visitor goes straight to the login, which states its purpose, and from there to the checkout.
    return (
      <StepLink href={standing === "visitor" ? { pathname: "/login", query: { next } } : checkout} label={t("buy")} />
    );
  }
  return (
    <ActionForm action={enroll} label={t("free")}>
      <input type="hidden" name="course_id" value={course.id} />
      <input type="hidden" name="slug" value={course.slug} />
      <SubmitButton className="w-full print:hidden">{t("free")}</SubmitButton>
    </ActionForm>
  );
}

/** What an admin can do about a course, in place of enrolling. */
async function AdminSteps({ course }: { course: CourseRead }) {
  const t = await getTranslations("course.enroll");
  const query = { course_id: course.id };
  return (
    <div className="space-y-3">
      <StepLink
        href={{ pathname: "/admin/courses", query }}
        label={t(course.taken_down ? "restore" : "takeDown")}
        look="secondary"
      />
      <p className="flex flex-wrap gap-x-5 text-sm max-lg:hidden">
        <Link href={{ pathname: "/admin/reviews", query }} prefetch={false} className="inline-block py-1 link">
          {t("moderateReviews")}
        </Link>
        <Link href={{ pathname: "/admin/reports", query }} prefetch={false} className="inline-block py-1 link">
          {t("reports")}
        </Link>
      </p>
      <p className="text-sm text-soft max-lg:hidden">{t("notForAdmins")}</p>
    </div>
  );
}

function StepLink(props: { href: ComponentProps<typeof Link>["href"]; label: string; look?: ButtonLook }) {
  const { href, label, look } = props;
  return (
    <Link href={href} prefetch={false} className={buttonClass(look, "w-full", "print:hidden")}>
      {label}
    </Link>
  );
}
