import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Pagination } from "@/components/ui/pagination";
import { PAGE_SIZE, readOrders } from "@/features/orders/data";
import { OrderItem } from "@/features/orders/order-item";
import { mayBeRefunded } from "@/features/orders/refund-window";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

interface Props {
  searchParams: Promise<{ page?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("checkout.orders");
  return privateMetadata(t("title"), t("description"));
}

export default async function OrdersPage({ searchParams }: Props) {
  await requireUser();
  const page = Math.max(1, Math.min(500, Math.floor(Number((await searchParams).page)) || 1));
  const [t, orders] = await Promise.all([getTranslations("checkout.orders"), readOrders(page)]);
  return (
    <div className="page-narrow pt-10 sm:pt-14">
      <h1 className="text-3xl sm:text-4xl">{t("title")}</h1>
      <p className="mt-3 mb-8 max-w-prose text-soft">{t("lead")}</p>
      {orders.ok ? <Orders page={page} orders={orders.data} /> : <FailurePanel failure={orders} />}
    </div>
  );
}

type Listed = Extract<Awaited<ReturnType<typeof readOrders>>, { ok: true }>["data"];

async function Orders({ page, orders }: { page: number; orders: Listed }) {
  if (orders.items.length === 0) return <Nothing />;
  const now = new Date().getTime();
  return (
    <ClientMessages areas={["checkout"]}>
      <ul className="mb-8 border-t border-rule">
        {orders.items.map((order) => (
          <OrderItem key={order.id} order={order} refundable={mayBeRefunded(order, now)} />
        ))}
      </ul>
      <Pagination page={page} pages={Math.ceil(orders.total / PAGE_SIZE)} href={(number) => `/orders?page=${number}`} />
    </ClientMessages>
  );
}

async function Nothing() {
  const t = await getTranslations("checkout.orders.empty");
  return (
    <EmptyState
      title={t("title")}
      action={
        <Link href="/courses?price=paid" className={buttonClass()}>
          {t("action")}
        </Link>
      }
    >
      {t("text")}
    </EmptyState>
  );
}
