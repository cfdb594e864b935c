import "server-only";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

export const PAGE_SIZE = 20;

/** Return the user's payments, newest first. */
export async function readOrders(page: number) {
  const query = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
  return outcome((await asUser()).payment.GET("/payments/me", { params: { query } }));
}
