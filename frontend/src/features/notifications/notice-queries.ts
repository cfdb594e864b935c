"use client";

import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";

import { toast } from "@/components/ui/toast";
import { ask } from "@/lib/api/browser";
import type { NoticePage } from "@/lib/api/types";
import { useRouter } from "@/lib/i18n/navigation";

const POLL_MS = 10_000;
const KEY = ["notices"];

type Pages = InfiniteData<NoticePage, string | null>;

/** The user's notifications, page by page; new ones are loaded while the page is visible. */
export function useNotices(unread: boolean, first: NoticePage) {
  const locale = useLocale();
  return useInfiniteQuery({
    queryKey: [...KEY, locale, unread],
    queryFn: ({ pageParam }) => ask<NoticePage>("GET", `notifications?${query(locale, unread, pageParam)}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    initialData: { pages: [first], pageParams: [null] },
    staleTime: POLL_MS,
    refetchInterval: POLL_MS,
  });
}

function query(locale: string, unread: boolean, cursor: string | null): string {
  return new URLSearchParams({ locale, ...(unread && { unread: "1" }), ...(cursor && { cursor }) }).toString();
}

/** Marks one, or without an id all, as read optimistically; the marks are reverted when the service rejects them. */
export function useMarkRead() {
  const t = useTranslations("notifications");
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    networkMode: "always",
    mutationFn: (id?: string) =>
      id ? ask<unknown>("PATCH", `notifications/${id}`) : ask<unknown>("POST", "notifications/read-all"),
    onMutate: async (id?: string) => {
      await client.cancelQueries({ queryKey: KEY });
      const before = client.getQueriesData<Pages>({ queryKey: KEY });
      client.setQueriesData<Pages>({ queryKey: KEY }, (pages) => pages && withRead(pages, id));
      return before;
    },
    onError: (_error, _id, before) => {
      before?.forEach(([key, pages]) => client.setQueryData(key, pages));
      toast(t("notMarked"), "danger");
    },
    // The header counts them too.
    onSuccess: () => router.refresh(),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

function withRead(pages: Pages, id?: string): Pages {
  const marked = (page: NoticePage): NoticePage => ({
    ...page,
    unread_count: id ? Math.max(0, page.unread_count - 1) : 0,
    items: page.items.map((notice) => (!id || notice.id === id ? { ...notice, is_read: true } : notice)),
  });
  return { ...pages, pages: pages.pages.map(marked) };
}
