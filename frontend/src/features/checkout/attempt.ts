import { z } from "zod";

/** What the address of a checkout says: which attempt it is, and what the price was when it had another. */
export const CheckoutQuery = z.object({
  attempt: z.uuid().optional().catch(undefined),
  was: z
    .string()
    .regex(/^\d{1,6}(\.\d{2})?$/)
    .optional()
    .catch(undefined),
});

/**
 * The address of a checkout with an attempt of its own. The attempt's id is the payment's Idempotency-Key: it stays in
 * the address, so that a reload, a second click or going back repeats the same payment and never makes another.
 */
export function newAttempt(slug: string, was?: string) {
  const query = { attempt: crypto.randomUUID(), ...(was && { was }) };
  return { pathname: `/checkout/${slug}`, query };
}
