import Form from "next/form";
import { useLocale, useTranslations } from "next-intl";

import { buttonClass } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/input";
import { getPathname } from "@/lib/i18n/navigation";

export interface Choice {
  name: string;
  label: string;
  value: string | undefined;
  /** Value and text of each option; without options it is a text field. */
  options?: readonly (readonly [string, string])[];
}

/** Filters of a list, kept in its URL; it works without JavaScript. `kept` parameters are unchanged. */
export function FilterForm(props: {
  path: string;
  choices: Choice[];
  kept?: Record<string, string | number | undefined>;
}) {
  const t = useTranslations("admin");
  const locale = useLocale();
  return (
    <Form
      action={getPathname({ href: props.path, locale })}
      className="flex flex-wrap items-end gap-x-4 gap-y-3 border-b border-rule pb-6"
    >
      {Object.entries(props.kept ?? {}).map(
        ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
      )}
      {props.choices.map((choice) => (
        <div key={choice.name} className="min-w-40 flex-1 space-y-1 sm:max-w-64">
          <label htmlFor={choice.name} className="block text-sm text-soft">
            {choice.label}
          </label>
          <Control {...choice} />
        </div>
      ))}
      <button type="submit" className={buttonClass("secondary")}>
        {t("show")}
      </button>
    </Form>
  );
}

function Control({ name, value, options }: Choice) {
  const t = useTranslations("admin");
  if (!options)
    return <Input type="search" id={name} name={name} key={value} defaultValue={value} autoComplete="off" />;
  return (
    <Select id={name} name={name} key={value} defaultValue={value ?? ""}>
      <option value="">{t("any")}</option>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </Select>
  );
}
