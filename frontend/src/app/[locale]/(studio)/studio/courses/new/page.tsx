import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { SelectField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Notice } from "@/components/ui/notice";
import { listCategories } from "@/features/catalogue/data";
import { CategoryOptions, LanguageOptions } from "@/features/studio/courses/course-options";
import { readApplication } from "@/features/studio/data";
import { createCourse } from "@/features/studio/courses/create-course-action";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireRole } from "@/lib/session/current";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("studio.create");
  return privateMetadata(t("title"), t("text"));
}

export default async function NewCoursePage() {
  await requireRole("teacher");
  const [t, details, locale, categories, application] = await Promise.all([
    getTranslations("studio"),
    getTranslations("studio.details"),
    getLocale(),
    listCategories(),
    readApplication(),
  ]);
  const unverified = application.ok && application.data.status !== "verified";
  return (
    <div className="page-narrow py-10">
      <p className="eyebrow">
        <Link href="/studio" className="inline-flex min-h-8 items-center quiet-link">
          {t("title")}
        </Link>
      </p>
      <h1 className="mt-1 text-3xl">{t("create.title")}</h1>
      <p className="mt-2 mb-8 text-soft">{t("create.text")}</p>
      {unverified ? (
        <Notice>
          {t("create.unverified")}{" "}
          <Link href="/studio" className="link">
            {t("create.toApplication")}
          </Link>
        </Notice>
      ) : (
        <ActionForm action={createCourse} label={t("create.title")} draft="new-course">
          <TextField
            name="title"
            label={details("name")}
            hint={t("create.nameHint")}
            maxLength={200}
            autoComplete="off"
          />
          <SelectField name="category" label={details("category")} initial="" autoComplete="off" optional>
            <CategoryOptions categories={categories.ok ? categories.data.items : []} chosen={null} locale={locale} />
          </SelectField>
          <SelectField name="language" label={details("language")} initial={locale} autoComplete="off">
            <LanguageOptions chosen={locale} />
          </SelectField>
          <SubmitButton>{t("create.submit")}</SubmitButton>
        </ActionForm>
      )}
    </div>
  );
}
