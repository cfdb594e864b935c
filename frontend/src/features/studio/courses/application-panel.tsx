import { useTranslations } from "next-intl";

import { TextareaField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import type { Application } from "@/lib/api/types";

import { apply } from "./apply-action";

/** The state of the teacher's verification, and what to do about it. */
export function ApplicationPanel({ application }: { application: Application }) {
  const t = useTranslations("studio.application");
  if (application.status === "verified") return null;
  const state = application.status === "rejected" ? "rejected" : application.text ? "waiting" : "new";
  return (
    <section
      aria-labelledby="application"
      className="border-l-4 border-warning bg-warning-soft px-5 py-5 sm:px-7 sm:py-6"
    >
      <h2 id="application" className="text-xl">
        {t(`${state}.title`)}
      </h2>
      <p className="mt-2 max-w-prose">{t(`${state}.text`)}</p>
      {state === "rejected" && (
        <figure className="mt-4 max-w-prose">
          <figcaption className="text-sm text-soft">{t("reason")}</figcaption>
          <blockquote className="mt-1 border-l-2 border-rule-strong pl-4 whitespace-pre-line">
            {application.reason}
          </blockquote>
        </figure>
      )}
      {state === "waiting" ? (
        <details className="mt-4 max-w-prose">
          <summary className="inline-flex min-h-8 items-center link">{t("change")}</summary>
          <ApplicationForm text={application.text} label={t("save")} />
        </details>
      ) : (
        <ApplicationForm text={application.text} label={t(state === "new" ? "apply" : "applyAgain")} />
      )}
    </section>
  );
}

function ApplicationForm({ text, label }: { text: string | null; label: string }) {
  const t = useTranslations("studio.application");
  return (
    <ActionForm action={apply} label={t("label")} className="mt-5 max-w-prose" draft="application">
      <TextareaField
        name="text"
        label={t("field")}
        hint={t("hint")}
        initial={text ?? ""}
        maxLength={5000}
        autoComplete="off"
      />
      <SubmitButton>{label}</SubmitButton>
    </ActionForm>
  );
}
