import { useFormatter, useTranslations } from "next-intl";

import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Price } from "@/components/ui/price";
import type { PaymentRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { RefundDialog } from "./refund-dialog";

const TONES = { completed: "success", pending: "warning", failed: "danger", refunded: "neutral" } as const;

/** One payment and the actions on it. */
export function OrderItem({ order, refundable }: { order: PaymentRead; refundable: boolean }) {
  const t = useTranslations("checkout.orders");
  const format = useFormatter();
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-2 border-b border-rule py-5 sm:grid-cols-[minmax(0,1fr)_auto_auto] sm:items-center">
      <div className="min-w-0">
        <h2 className="line-clamp-2 text-lg leading-snug [overflow-wrap:anywhere]">
          <Link href={`/courses/${order.course_id}`} prefetch={false} className="quiet-link">
            {order.course_title}
          </Link>
        </h2>
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
          <Badge tone={TONES[order.status]}>{t(`status.${order.status}`)}</Badge>
          <time dateTime={order.created_at}>{format.dateTime(new Date(order.created_at), "day")}</time>
          {order.refunded_at && (
            <span>{t("refundedOn", { day: format.dateTime(new Date(order.refunded_at), "day") })}</span>
          )}
          {order.refund_cause && <span>{t(`cause.${order.refund_cause}`)}</span>}
        </p>
      </div>
      <p className="text-right text-lg leading-snug font-medium sm:order-last sm:min-w-24">
        <Price amount={order.amount} currency={order.currency} />
      </p>
      <div className="col-span-2 empty:hidden sm:col-span-1 sm:col-start-2">
        <OrderStep order={order} refundable={refundable} />
      </div>
    </li>
  );
}

function OrderStep({ order, refundable }: { order: PaymentRead; refundable: boolean }) {
  const t = useTranslations("checkout.orders");
  const { id, course_id, course_title: course, status } = order;
  if (refundable) return <RefundDialog payment={id} course={course} />;
  if (status === "completed") return null;
  const href = status === "pending" ? `/checkout/${course_id}/${id}` : `/checkout/${course_id}`;
  const label = status === "pending" ? "look" : status === "failed" ? "again" : "anew";
  return (
    <Link
      href={href}
      prefetch={false}
      aria-label={t(`${label}Of`, { course })}
      className={buttonClass("quiet", "-ml-3 sm:ml-0")}
    >
      {t(label)}
    </Link>
  );
}
