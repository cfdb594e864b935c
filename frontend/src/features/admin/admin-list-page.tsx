import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Pagination } from "@/components/ui/pagination";
import type { Result } from "@/lib/api/result";
import { Link } from "@/lib/i18n/navigation";

import { AdminPage } from "./admin-page";
import { type Choice, FilterForm } from "./filter-form";
import { hrefWith, pagesOf } from "./query";

interface Props<Item> {
  name: "reports" | "courses" | "reviews" | "users" | "payments" | "audit";
  path: string;
  /** All parameters of the list in the URL. */
  query: { page: number } & Record<string, string | number | undefined>;
  /** The filters that users set; other parameters of the URL are kept. */
  filters: Choice[];
  /** A line above the list, such as whose payments these are. */
  note?: ReactNode;
  list: Result<{ items: Item[]; total: number }>;
  children: (item: Item) => ReactNode;
}

/** An admin list with its filters, pages, empty state and failure; `children` renders a row. */
export async function AdminListPage<Item extends { id: string }>(props: Props<Item>) {
  const t = await getTranslations("admin");
  const { path, query, list } = props;
  const { page, ...rest } = query;
  const kept = Object.entries(rest).filter(([name]) => !props.filters.some((filter) => filter.name === name));
  return (
    <AdminPage name={props.name}>
      <FilterForm path={path} kept={Object.fromEntries(kept)} choices={props.filters} />
      {props.note}
      {!list.ok && <FailurePanel failure={list} />}
      {list.ok && list.data.items.length === 0 && (
        <EmptyState
          title={t(`${props.name}.empty`)}
          action={
            <Link href={path} className={buttonClass("secondary")}>
              {t(`${props.name}.all`)}
            </Link>
          }
        />
      )}
      {list.ok && list.data.items.length > 0 && (
        <>
          <ul>{list.data.items.map(props.children)}</ul>
          <div className="mt-10">
            <Pagination
              page={page}
              pages={pagesOf(list.data.total)}
              href={(number) => hrefWith(path, { ...query, page: number })}
            />
          </div>
        </>
      )}
    </AdminPage>
  );
}
