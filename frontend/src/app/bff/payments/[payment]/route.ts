import { readPurchase } from "@/features/checkout/data";
import { answer } from "@/lib/api/answer";

/** How a payment stands, and whether the course is there already. */
export async function GET(_: Request, { params }: { params: Promise<{ payment: string }> }) {
  const purchase = await readPurchase((await params).payment);
  return answer(purchase.ok ? { ...purchase, data: { stage: purchase.data.stage } } : purchase);
}
