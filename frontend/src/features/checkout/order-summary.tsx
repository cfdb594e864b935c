import { useTranslations } from "next-intl";

import { Cover } from "@/components/cover/cover";
import { Price } from "@/components/ui/price";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

/** What is bought, and its price. */
export function OrderSummary({ course }: { course: CourseRead }) {
  const t = useTranslations("checkout");
  const price = <Price amount={course.price} currency={course.currency} />;
  return (
    <section aria-labelledby="order">
      <h2 id="order" className="border-b border-rule pb-3 text-lg">
        {t("order")}
      </h2>
      <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-start gap-5 border-b border-rule py-5 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Cover course={course} first className="rounded-control" />
        <div className="min-w-0">
          <p className="line-clamp-3 font-serif text-lg leading-snug font-semibold [overflow-wrap:anywhere]">
            <Link href={`/courses/${course.slug}`} prefetch={false} className="quiet-link">
              {course.title}
            </Link>
          </p>
          <p className="mt-1 text-sm text-soft">{course.teacher_name}</p>
          <p className="mt-1 text-sm text-soft">{t("lessons", { count: course.lesson_count })}</p>
        </div>
      </div>
      <p className="flex items-baseline justify-between gap-4 py-5 text-lg">
        <span>{t("total")}</span>
        <strong className="font-serif text-2xl font-semibold">{price}</strong>
      </p>
    </section>
  );
}
