"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import type { NoticePage } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { NoticeItem } from "./notice-item";
import { useMarkRead, useNotices } from "./notice-queries";

interface NoticeListProps {
  unread: boolean;
  first: NoticePage;
}

export function NoticeList(props: NoticeListProps) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <Notices key={String(props.unread)} {...props} />
    </QueryClientProvider>
  );
}

function Notices({ unread, first }: NoticeListProps) {
  const t = useTranslations("notifications");
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useNotices(unread, first);
  const mark = useMarkRead();
  const count = data.pages[0]?.unread_count ?? 0;
  const notices = data.pages.flatMap(({ items }) => items);
  return (
    <>
      <div className="mb-6 flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <nav aria-label={t("filter")} className="flex gap-5 text-[0.9375rem]">
          <Tab href="/notifications" label={t("all")} current={!unread} />
          <Tab href="/notifications?unread=1" label={t("unread", { count })} current={unread} />
        </nav>
        {count > 0 && (
          <Button
            look="quiet"
            className="-mr-3"
            aria-disabled={mark.isPending}
            onClick={() => !mark.isPending && mark.mutate(undefined)}
          >
            {t("markAll")}
          </Button>
        )}
      </div>
      <p role="status" className="sr-only">
        {t("unreadCount", { count })}
      </p>
      {notices.length === 0 ? (
        <Nothing unread={unread} />
      ) : (
        <ul className="border-t border-rule">
          {notices.map((notice) => (
            <NoticeItem key={notice.id} notice={notice} onRead={() => mark.mutate(notice.id)} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button
          look="secondary"
          className="mt-6"
          aria-disabled={isFetchingNextPage}
          onClick={() => !isFetchingNextPage && fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </>
  );
}

function Tab({ href, label, current }: { href: string; label: string; current: boolean }) {
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      className="inline-flex min-h-11 items-center text-soft hover:text-ink aria-[current]:font-medium aria-[current]:text-ink aria-[current]:underline aria-[current]:underline-offset-8"
    >
      {label}
    </Link>
  );
}

function Nothing({ unread }: { unread: boolean }) {
  const t = useTranslations("notifications.empty");
  return (
    <EmptyState
      title={t(unread ? "unreadTitle" : "title")}
      action={
        <Link href={unread ? "/notifications" : "/courses"} className={buttonClass("secondary")}>
          {t(unread ? "unreadAction" : "action")}
        </Link>
      }
    >
      {t(unread ? "unreadText" : "text")}
    </EmptyState>
  );
}
