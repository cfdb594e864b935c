"use client";

import { useTranslations } from "next-intl";

import { SelectField, TextareaField } from "@/components/ui/field";
import type { PaymentRead } from "@/lib/api/types";

import { ActionDialog } from "./action-dialog";
import { refundPayment, settlePayment } from "./payment-actions";

/** A refund, regardless of time and progress; the enrollment ends with it. */
export function RefundDialog({ payment }: { payment: PaymentRead }) {
  const t = useTranslations("admin.payments");
  return (
    <ActionDialog
      action={refundPayment}
      trigger={t("refund")}
      subject={payment.course_title}
      title={t("refundTitle")}
      description={t("refundText", { course: payment.course_title })}
      confirm={t("refundConfirm")}
      done={t("refunded")}
    >
      <input type="hidden" name="id" value={payment.id} />
      <TextareaField name="reason" label={t("reason")} optional rows={3} autoComplete="off" />
    </ActionDialog>
  );
}

/** Settles a payment that the mock provider left pending. */
export function SettleDialog({ payment }: { payment: PaymentRead }) {
  const t = useTranslations("admin.payments");
  return (
    <ActionDialog
      action={settlePayment}
      trigger={t("settle")}
      subject={payment.course_title}
      title={t("settleTitle")}
      description={t("settleText", { course: payment.course_title })}
      confirm={t("settleConfirm")}
      done={t("settled")}
    >
      <input type="hidden" name="id" value={payment.id} />
      <SelectField name="outcome" label={t("outcome")} initial="completed">
        <option value="completed">{t("statuses.completed")}</option>
        <option value="failed">{t("statuses.failed")}</option>
      </SelectField>
    </ActionDialog>
  );
}
