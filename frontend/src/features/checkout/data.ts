import "server-only";

import { cache } from "react";

import { readEnrollment } from "@/features/learn/data";
import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import type { CourseRead, PaymentRead } from "@/lib/api/types";

/** The state of a purchase. Between the payment and the enrollment there is a short time, which is `paid`. */
export type Stage = "pending" | "declined" | "paid" | "owned" | "refunded";

export interface Purchase {
  payment: PaymentRead;
  stage: Stage;
}

export const readPurchase = cache(async (payment_id: string): Promise<Result<Purchase>> => {
  const params = { path: { payment_id } };
  const found = await outcome((await asUser()).payment.GET("/payments/{payment_id}", { params }));
  if (!found.ok) return found;
  return { ...found, data: { payment: found.data, stage: await stageOf(found.data) } };
});

/** Return the user's pending payment for a course at its present price; undefined without one. */
export async function readPending({ id: course_id, price, currency }: CourseRead): Promise<PaymentRead | undefined> {
  const params = { query: { course_id, status: "pending" as const, limit: 1 } };
  const found = await outcome((await asUser()).payment.GET("/payments/me", { params }));
  return found.ok ? found.data.items.find((one) => one.amount === price && one.currency === currency) : undefined;
}

async function stageOf({ status, course_id }: PaymentRead): Promise<Stage> {
  if (status === "pending" || status === "refunded") return status;
  if (status === "failed") return "declined";
  const enrollment = await readEnrollment(course_id);
  return enrollment.ok && enrollment.data ? "owned" : "paid";
}
