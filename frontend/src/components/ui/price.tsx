import { useFormatter, useTranslations } from "next-intl";

/** A price in the format of the user's language; "free" is a word. */
export function Price({ amount, currency }: { amount: string | null; currency: string }) {
  const t = useTranslations("common.price");
  const format = useFormatter();
  if (amount === null) return <span>{t("free")}</span>;
  const whole = Number(amount) % 1 === 0;
  return (
    <span className="tabular-nums">
      {format.number(Number(amount), { style: "currency", currency, minimumFractionDigits: whole ? 0 : 2 })}
    </span>
  );
}
