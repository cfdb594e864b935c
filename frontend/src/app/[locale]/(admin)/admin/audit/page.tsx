import { getFormatter, getTranslations } from "next-intl/server";

import { findAuditEntries, namesOf } from "@/features/admin/data";
import { AdminListPage } from "@/features/admin/admin-list-page";
import { adminMetadata } from "@/features/admin/admin-page";
import { ACTIONS, AuditQuery, hrefWith, readQuery } from "@/features/admin/query";
import type { SearchParams } from "@/features/catalogue/read-filters";
import type { AuditEntry } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/audit";

export const generateMetadata = () => adminMetadata("audit");

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(AuditQuery, await searchParams);
  const [t, entries] = await Promise.all([getTranslations("admin.audit"), findAuditEntries(wanted)]);
  const names = await namesOf(entries.ok ? entries.data.items.flatMap(({ actor, target }) => [actor, target]) : []);
  return (
    <AdminListPage
      name="audit"
      path={PATH}
      query={wanted}
      list={entries}
      filters={[
        {
          name: "action",
          label: t("action"),
          value: wanted.action,
          options: ACTIONS.map((action) => [action, t(`actions.${action}`)]),
        },
      ]}
    >
      {(entry) => <Entry key={entry.id} entry={entry} names={names} />}
    </AdminListPage>
  );
}

async function Entry({ entry, names }: { entry: AuditEntry; names: Map<string, string> }) {
  const [t, format] = await Promise.all([getTranslations("admin.audit"), getFormatter()]);
  const name = (id: string | null) => (id === null ? t("nobody") : (names.get(id) ?? t("formerUser")));
  const about = (key: "actor" | "target", id: string | null) =>
    id !== null && (
      <Link
        href={hrefWith(PATH, { [key]: id })}
        className="inline-block max-w-full py-1 [overflow-wrap:anywhere] quiet-link"
      >
        {t(key, { name: name(id) })}
      </Link>
    );
  return (
    <li className="grid gap-x-6 gap-y-1 border-b border-rule py-3 sm:grid-cols-[11rem_1fr]">
      <time dateTime={entry.created_at} className="pt-0.5 text-sm text-soft tabular-nums">
        {format.dateTime(new Date(entry.created_at), "moment")}
      </time>
      <div className="min-w-0">
        <p className="font-medium">{t(`actions.${entry.action}`)}</p>
        <p className="flex flex-wrap gap-x-5 text-sm text-soft">
          {about("target", entry.target)}
          {about("actor", entry.actor)}
          <Detail detail={entry.detail} />
        </p>
      </div>
    </li>
  );
}

/** What else is known of an action, in words; the ids of objects without a page of their own are left out. */
async function Detail({ detail }: { detail: AuditEntry["detail"] }) {
  const [t, format] = await Promise.all([getTranslations("admin.audit.detail"), getFormatter()]);
  return Object.entries(detail).map(([key, value]) => {
    const text = String(value);
    switch (key) {
      case "course_id":
        return (
          <Link key={key} href={`/courses/${text}`} className="inline-block py-1 quiet-link">
            {t("course")}
          </Link>
        );
      case "amount": {
        const currency = String(detail.currency);
        const amount = format.number(Number(text), { style: "currency", currency });
        return <Word key={key}>{t("amount", { amount })}</Word>;
      }
      case "outcome":
      case "decision":
      case "access":
      case "role":
        return value !== null && <Word key={key}>{t(key, { [key]: text })}</Word>;
      case "recipients":
        return <Word key={key}>{t("recipients", { count: Number(text) })}</Word>;
      case "currency":
      case "review_id":
      case "report_id":
      case "payment_id":
      case "announcement_id":
        return null;
      default:
        return (
          <span key={key} className="py-1 font-mono text-xs break-all">
            {key}: {text}
          </span>
        );
    }
  });
}

function Word({ children }: { children: string }) {
  return <span className="py-1">{children}</span>;
}
