"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

const Refund = z.object({ id: z.uuid(), reason: z.string().trim().max(500) });
const Settlement = z.object({ id: z.uuid(), outcome: z.enum(["completed", "failed"]) });

export async function refundPayment(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Refund, form);
  if (!parsed.ok) return parsed.state;
  const call = (await asUser()).payment.POST("/payments/{payment_id}/refund", {
    params: { path: { payment_id: parsed.data.id } },
    body: { reason: parsed.data.reason || null },
  });
  return told(await outcome(call), form);
}

export async function settlePayment(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Settlement, form);
  if (!parsed.ok) return parsed.state;
  const call = (await asUser()).payment.POST("/admin/payments/{payment_id}/settle", {
    params: { path: { payment_id: parsed.data.id } },
    body: { outcome: parsed.data.outcome },
  });
  return told(await outcome(call), form);
}

async function told(result: Result<unknown>, form: FormData): Promise<FormState> {
  if (!result.ok) {
    const t = await getTranslations("admin.payments");
    const known = {
      not_refundable: t("notRefundable"),
      not_pending: t("notPending"),
      already_owned: t("alreadyOwned"),
    };
    return refused(result, form, known);
  }
  revalidatePath("/", "layout");
  return succeeded();
}
