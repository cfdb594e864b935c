import Form from "next/form";
import { useLocale, useTranslations } from "next-intl";

import { buttonClass } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { getPathname } from "@/lib/i18n/navigation";

/** Finds a certificate by its code; `unknown` after a code that no certificate has. */
export function CertificateLookup({ unknown = false }: { unknown?: boolean }) {
  const t = useTranslations("course.certificateLookup");
  return (
    <>
      <h1 className="text-3xl sm:text-4xl">{t(unknown ? "unknown" : "title")}</h1>
      <p className="mt-3 mb-8 max-w-prose text-lg text-soft">{t(unknown ? "unknownText" : "text")}</p>
      <Form
        action={getPathname({ href: "/verify-certificate", locale: useLocale() })}
        className="flex max-w-xl flex-wrap items-end gap-x-4 gap-y-3"
      >
        <div className="min-w-60 flex-1 space-y-1.5">
          <label htmlFor="code" className="block text-[0.9375rem] font-medium">
            {t("code")}
          </label>
          <Input id="code" name="code" maxLength={100} autoComplete="off" className="font-mono" />
        </div>
        <button type="submit" className={buttonClass()}>
          {t("submit")}
        </button>
      </Form>
    </>
  );
}
