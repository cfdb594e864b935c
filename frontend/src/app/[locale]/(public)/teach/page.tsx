import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { Link } from "@/lib/i18n/navigation";
import { pageMetadata } from "@/lib/seo";
import { currentUser } from "@/lib/session/current";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("teacher.teach");
  return pageMetadata({ title: t("title"), description: t("lead"), path: "/teach" });
}

/** What teaching here is like, and how to begin. */
export default async function TeachPage() {
  const [t, user] = await Promise.all([getTranslations("teacher.teach"), currentUser()]);
  return (
    <div className="page-narrow py-12 sm:py-20">
      <h1 className="text-3xl sm:text-5xl">{t("title")}</h1>
      <p className="mt-4 max-w-prose text-lg text-soft">{t("lead")}</p>
      <ol className="mt-10 grid gap-8 sm:grid-cols-3">
        {(["apply", "create", "publish"] as const).map((step, index) => (
          <li key={step} className="border-t border-rule-strong pt-4">
            <p className="eyebrow">{t("step", { number: index + 1 })}</p>
            <h2 className="mt-1 text-lg">{t(`${step}.title`)}</h2>
            <p className="mt-2 text-[0.9375rem] text-soft">{t(`${step}.text`)}</p>
          </li>
        ))}
      </ol>
      <div className="mt-10">
        {user?.role === "student" ? (
          <p className="border-l-4 border-accent bg-accent-soft px-5 py-4">{t("student")}</p>
        ) : (
          <Link
            href={user ? "/studio" : { pathname: "/register", query: { role: "teacher" } }}
            className={buttonClass()}
          >
            {t(user ? "studio" : "start")}
          </Link>
        )}
      </div>
    </div>
  );
}
