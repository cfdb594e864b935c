"use server";

import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { type Failure, outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";

import { newAttempt } from "./attempt";

const Order = z.object({
  course_id: z.uuid(),
  slug: z.string().min(1).max(300),
  amount: z.string().regex(/^\d+(\.\d+)?$/),
  attempt: z.uuid(),
});

/** Pay for a course once; the attempt's id makes repetitions harmless. */
export async function pay(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(Order, form);
  if (!parsed.ok) return parsed.state;
  const order = parsed.data;
  const { payment } = await asUser();
  const result = await outcome(
    payment.POST("/payments", {
      params: { header: { "Idempotency-Key": order.attempt } },
      body: { course_id: order.course_id, amount: order.amount },
    }),
  );
  const locale = await getLocale();
  if (result.ok) return redirect({ href: `/checkout/${order.slug}/${result.data.id}`, locale });
  const elsewhere = wayOut(result, order);
  if (elsewhere) return redirect({ href: elsewhere, locale });
  const t = await getTranslations("checkout.refusals");
  return refused(result, form, {
    payment_in_progress: t("inProgress"),
    not_on_sale: t("notOnSale"),
    own_course: t("ownCourse"),
    role_required: t("notForAdmins"),
  });
}

/** The page that explains an error better than the form. */
function wayOut({ code }: Failure, { slug, amount }: z.infer<typeof Order>) {
  if (code === "price_changed") return newAttempt(slug, amount);
  if (code === "idempotency_key_reused") return newAttempt(slug);
  if (code === "already_owned") return `/checkout/${slug}`;
  return code === "course_is_free" ? `/courses/${slug}` : undefined;
}
