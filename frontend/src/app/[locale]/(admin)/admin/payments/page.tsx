import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { Price } from "@/components/ui/price";
import { findPayments, namesOf } from "@/features/admin/data";
import { AdminListPage } from "@/features/admin/admin-list-page";
import { adminMetadata } from "@/features/admin/admin-page";
import { RefundDialog, SettleDialog } from "@/features/admin/payment-dialogs";
import { hrefWith, PAYMENT_STATUSES, PaymentsQuery, readQuery } from "@/features/admin/query";
import type { SearchParams } from "@/features/catalogue/read-filters";
import type { PaymentRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/payments";
const TONES = { pending: "warning", completed: "success", failed: "danger", refunded: "neutral" } as const;

export const generateMetadata = () => adminMetadata("payments");

export default async function PaymentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(PaymentsQuery, await searchParams);
  const [t, payments] = await Promise.all([getTranslations("admin.payments"), findPayments(wanted)]);
  const names = await namesOf(payments.ok ? payments.data.items.map(({ student_id }) => student_id) : []);
  return (
    <AdminListPage
      name="payments"
      path={PATH}
      query={wanted}
      list={payments}
      filters={[
        {
          name: "status",
          label: t("status"),
          value: wanted.status,
          options: PAYMENT_STATUSES.map((status) => [status, t(`statuses.${status}`)]),
        },
      ]}
      note={
        (wanted.student_id ?? wanted.course_id) && (
          <p className="border-b border-rule py-3 text-[0.9375rem]">
            {t(wanted.student_id ? "ofOneStudent" : "ofOneCourse")}{" "}
            <Link href={hrefWith(PATH, { status: wanted.status })} className="link">
              {t("all")}
            </Link>
          </p>
        )
      }
    >
      {(payment) => <PaymentRow key={payment.id} payment={payment} student={names.get(payment.student_id)} />}
    </AdminListPage>
  );
}

async function PaymentRow({ payment, student }: { payment: PaymentRead; student?: string }) {
  const [t, format] = await Promise.all([getTranslations("admin.payments"), getFormatter()]);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-rule py-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <Price amount={payment.amount} currency={payment.currency} />
          <Badge tone={TONES[payment.status]}>{t(`statuses.${payment.status}`)}</Badge>
        </p>
        <p className="text-[0.9375rem]">
          <Link href={hrefWith(PATH, { course_id: payment.course_id })} className="quiet-link">
            {payment.course_title}
          </Link>
        </p>
        <p className="text-sm text-soft">
          <Link href={hrefWith(PATH, { student_id: payment.student_id })} className="inline-block py-1 quiet-link">
            {student ?? t("formerUser")}
          </Link>{" "}
          · {format.dateTime(new Date(payment.created_at), "moment")}
        </p>
      </div>
      {payment.status === "completed" && <RefundDialog payment={payment} />}
      {payment.status === "pending" && <SettleDialog payment={payment} />}
    </li>
  );
}
