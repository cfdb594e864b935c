import { useLocale, useTranslations } from "next-intl";

import { DoneNotice } from "@/components/ui/done-notice";
import { HiddenField, SelectField, TextareaField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { LEVELS } from "@/features/catalogue/filters";
import type { Category, CourseRead } from "@/lib/api/types";

import { CategoryOptions, LanguageOptions } from "./course-options";
import { CURRENCIES, fieldsOfCourse } from "./course-fields";
import { saveCourse } from "./save-course-action";

const PAIR = "grid items-start gap-5 sm:grid-cols-2";

/** The form for a course's own fields. */
export function DetailsForm(props: { course: CourseRead; version: string; categories: Category[] }) {
  const t = useTranslations("studio.details");
  const level = useTranslations("common.level");
  const locale = useLocale();
  const { course } = props;
  return (
    <ActionForm
      action={saveCourse.bind(null, course.id)}
      label={t("title")}
      className="max-w-2xl"
      draft={`course-${course.id}`}
    >
      <DoneNotice>{t("done")}</DoneNotice>
      {/* The version on which the form is based; after a conflict, the one that the next submit replaces. */}
      <HiddenField name="version" initial={props.version} />
      <HiddenField name="read" initial={JSON.stringify(fieldsOfCourse(course))} />
      <TextField name="title" label={t("name")} initial={course.title} maxLength={200} autoComplete="off" />
      <TextField
        name="subtitle"
        label={t("subtitle")}
        hint={t("subtitleHint")}
        initial={course.subtitle}
        maxLength={300}
        autoComplete="off"
        optional
      />
      <TextareaField
        name="description"
        label={t("about")}
        hint={t("aboutHint")}
        initial={course.description}
        maxLength={20_000}
        rows={10}
        autoComplete="off"
        optional={t("neededToPublish")}
      />
      <div className={PAIR}>
        <SelectField
          name="category"
          label={t("category")}
          initial={course.category ?? ""}
          autoComplete="off"
          optional={t("neededToPublish")}
        >
          <CategoryOptions categories={props.categories} chosen={course.category} locale={locale} />
        </SelectField>
        <SelectField name="level" label={t("level")} initial={course.level} autoComplete="off">
          {LEVELS.map((name) => (
            <option key={name} value={name}>
              {level(name)}
            </option>
          ))}
        </SelectField>
        <SelectField name="language" label={t("language")} initial={course.language} autoComplete="off">
          <LanguageOptions chosen={course.language} />
        </SelectField>
        <TextField
          name="duration_minutes"
          label={t("minutes")}
          initial={String(course.duration_minutes)}
          inputMode="numeric"
          autoComplete="off"
        />
      </div>
      <div className={PAIR}>
        <TextField
          name="price"
          label={t("price")}
          hint={t("priceHint")}
          initial={course.price ?? ""}
          inputMode="decimal"
          autoComplete="off"
          optional
        />
        <SelectField
          name="currency"
          label={t("currency")}
          hint={t("currencyHint")}
          initial={course.currency}
          autoComplete="off"
        >
          {CURRENCIES.map((code) => (
            <option key={code}>{code}</option>
          ))}
        </SelectField>
      </div>
      <TextField
        name="tags"
        label={t("tags")}
        hint={t("tagsHint")}
        initial={course.tags.join(", ")}
        autoComplete="off"
        optional
      />
      <TextField
        name="cover_url"
        type="url"
        label={t("cover")}
        hint={t("coverHint")}
        initial={course.cover_url ?? ""}
        maxLength={2000}
        autoComplete="off"
        optional
      />
      <SubmitButton>{t("save")}</SubmitButton>
    </ActionForm>
  );
}
