"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

const Refund = z.object({ payment_id: z.uuid(), reason: z.string().trim().max(500) });

/** Return a course for a refund. */
export async function refund(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(Refund, form);
  if (!parsed.ok) return parsed.state;
  const { payment_id, reason } = parsed.data;
  const call = (await asUser()).payment.POST("/payments/{payment_id}/refund", {
    params: { path: { payment_id } },
    body: { reason: reason || null },
  });
  const result = await outcome(call);
  if (!result.ok) {
    const t = await getTranslations("checkout.refund");
    return refused(result, form, { refund_window_closed: t("closed"), not_refundable: t("notRefundable") });
  }
  revalidatePath("/", "layout");
  return succeeded();
}
