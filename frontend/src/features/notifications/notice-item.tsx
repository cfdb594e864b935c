"use client";

import { Award, BookOpen, CircleCheck, CircleX, EyeOff, Megaphone, Star, Undo2 } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import type { Notice } from "@/lib/api/types";
import { clsx } from "clsx";
import { Link } from "@/lib/i18n/navigation";

import { targetOf } from "./notice-target";

const ICONS = {
  "enrollment.created": BookOpen,
  "enrollment.completed": Award,
  "enrollment.revoked": Undo2,
  "review.created": Star,
  "review.hidden": EyeOff,
  "review.restored": Star,
  "course.taken_down": EyeOff,
  "course.restored": CircleCheck,
  "payment.refunded": Undo2,
  "user.teacher_verified": CircleCheck,
  "user.teacher_rejected": CircleX,
  announcement: Megaphone,
} satisfies Record<Notice["type"], unknown>;

/** One notification: it links to its subject, and following the link marks it as read. */
export function NoticeItem({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const t = useTranslations("notifications");
  const format = useFormatter();
  const Icon = ICONS[notice.type];
  const target = targetOf(notice);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-4 border-b border-rule py-5 sm:grid-cols-[auto_minmax(0,1fr)_auto]">
      <Icon aria-hidden className={clsx("mt-1 size-5 shrink-0", notice.is_read ? "text-soft" : "text-accent")} />
      <div className="[overflow-wrap:anywhere]">
        <h2 className={clsx("font-sans text-base leading-snug tracking-normal", notice.is_read && "font-normal")}>
          {!notice.is_read && <span className="sr-only">{t("unreadMark")} </span>}
          {target ? (
            <Link
              href={target}
              prefetch={false}
              onClick={() => !notice.is_read && onRead()}
              className="inline-block py-0.5 quiet-link"
            >
              {notice.title}
            </Link>
          ) : (
            notice.title
          )}
        </h2>
        <p className="mt-1 text-[0.9375rem] whitespace-pre-line text-soft">{notice.body}</p>
        <time dateTime={notice.created_at} className="mt-1 block text-sm text-soft">
          {format.dateTime(new Date(notice.created_at), "moment")}
        </time>
      </div>
      {!notice.is_read && (
        <Button
          look="quiet"
          aria-label={t("markOne", { title: notice.title })}
          className="col-start-2 -ml-3 justify-self-start sm:col-start-3 sm:-my-1.5 sm:-mr-3 sm:ml-0"
          onClick={onRead}
        >
          {t("mark")}
        </Button>
      )}
    </li>
  );
}
