import { readPurchase } from "@/features/checkout/data";
import { answer } from "@/lib/api/answer";

/** Returns the state of a payment, and whether the student is enrolled in the course already. */
export async function GET(_: Request, { params }: { params: Promise<{ payment: string }> }) {
  const purchase = await readPurchase((await params).payment);
  return answer(purchase.ok ? { ...purchase, data: { stage: purchase.data.stage } } : purchase);
}
