import { z } from "zod";

/** The parameters of a checkout in its URL: which attempt it is, and the former price if it has changed. */
export const CheckoutQuery = z.object({
  attempt: z.uuid().optional().catch(undefined),
  was: z
    .string()
    .regex(/^\d{1,6}(\.\d{2})?$/)
    .optional()
    .catch(undefined),
});

/**
 * Return the URL of a checkout with an attempt of its own. The attempt's id is the payment's Idempotency-Key: it stays
 * in the URL, so that a reload, a second click or going back repeats the same payment and never makes another.
 */
export function newAttempt(slug: string, was?: string) {
  const query = { attempt: crypto.randomUUID(), ...(was && { was }) };
  return { pathname: `/checkout/${slug}`, query };
}
