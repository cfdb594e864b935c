import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";

import { env } from "@/lib/env";
import { pageMetadata } from "@/lib/seo";

import { type InformationPage as Name, OPERATOR_URLS } from "./pages";

export async function informationMetadata(name: Name): Promise<Metadata> {
  const t = await getTranslations("information");
  return pageMetadata({ title: t(`${name}.title`), description: t(`${name}.lead`), path: `/${name}` });
}

/** The operator's page if there is one, else a short page of the site. */
export async function InformationPage({ name }: { name: Name }) {
  const elsewhere = OPERATOR_URLS[name];
  if (elsewhere) redirect(elsewhere);
  const t = await getTranslations("information");
  return (
    <div className="page-narrow py-12 sm:py-16">
      <h1 className="text-3xl sm:text-4xl">{t(`${name}.title`)}</h1>
      <p className="mt-4 text-lg text-soft">{t(`${name}.lead`)}</p>
      <div className="mt-10 space-y-8">
        {(["first", "second", "third"] as const).map((part) => (
          <section key={part}>
            <h2 className="text-xl">{t(`${name}.${part}.title`)}</h2>
            <p className="mt-2 max-w-prose">{t(`${name}.${part}.text`)}</p>
          </section>
        ))}
        {env.SUPPORT_EMAIL && (
          <p>
            {t.rich("contact", {
              email: env.SUPPORT_EMAIL,
              link: (text) => (
                <a href={`mailto:${env.SUPPORT_EMAIL}`} className="link">
                  {text}
                </a>
              ),
            })}
          </p>
        )}
      </div>
    </div>
  );
}
