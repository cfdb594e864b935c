import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { PasswordField, TextField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { RadioGroup } from "@/components/ui/radio-group";
import { register } from "@/features/auth/register-action";
import { Link } from "@/lib/i18n/navigation";
import { pageMetadata } from "@/lib/seo";
import { returnPath } from "@/lib/session/return-path";

interface Props {
  searchParams: Promise<{ next?: string | string[]; role?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth.register");
  return pageMetadata({ title: t("title"), description: t("description"), path: "/register" });
}

export default async function RegisterPage({ searchParams }: Props) {
  const [t, params] = await Promise.all([getTranslations("auth"), searchParams]);
  const next = returnPath(params.next);
  return (
    <>
      <h1 className="text-3xl">{t("register.title")}</h1>
      <p className="mt-2 mb-8 text-soft">
        {t("register.known")}{" "}
        <Link href={{ pathname: "/login", query: next === "/" ? {} : { next } }} className="inline-block py-1 link">
          {t("register.login")}
        </Link>
      </p>
      <ActionForm action={register} label={t("register.title")}>
        <input type="hidden" name="next" value={next} />
        <TextField name="name" label={t("name")} hint={t("register.nameHint")} autoComplete="name" maxLength={100} />
        <TextField name="email" type="email" label={t("email")} autoComplete="username" inputMode="email" />
        <PasswordField name="password" label={t("password")} hint={t("passwordHint")} autoComplete="new-password" />
        <RadioGroup
          name="role"
          legend={t("register.role")}
          initial={params.role === "teacher" ? "teacher" : "student"}
          choices={[
            { value: "student", label: t("register.student"), hint: t("register.studentHint") },
            { value: "teacher", label: t("register.teacher"), hint: t("register.teacherHint") },
          ]}
        />
        <SubmitButton>{t("register.submit")}</SubmitButton>
      </ActionForm>
    </>
  );
}
