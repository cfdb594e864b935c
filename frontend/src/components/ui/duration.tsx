import { useTranslations } from "next-intl";

/** A duration in words. */
export function Duration({ minutes }: { minutes: number }) {
  const t = useTranslations("common.duration");
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return t("minutes", { minutes });
  return rest === 0 ? t("hours", { hours }) : t("hoursMinutes", { hours, minutes: rest });
}
