import { getFormatter, getNow, getTranslations } from "next-intl/server";

import { EmptyState } from "@/components/ui/empty-state";
import { buttonClass } from "@/components/ui/button";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Decision } from "@/features/admin/decision";
import { pendingTeachers } from "@/features/admin/data";
import { adminMetadata, AdminPage } from "@/features/admin/admin-page";
import type { PendingTeacher } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

export const generateMetadata = () => adminMetadata("teachers");

interface Props {
  searchParams: Promise<{ id?: string; done?: string; name?: string }>;
}

export default async function TeachersPage({ searchParams }: Props) {
  await requireRole("admin");
  const [t, asked, waiting] = await Promise.all([getTranslations("admin.teachers"), searchParams, pendingTeachers()]);
  const done = asked.done === "approved" || asked.done === "rejected" ? asked.done : null;
  return (
    <AdminPage name="teachers">
      {done && (
        <p role="status" className="mb-8 border-l-4 border-success px-4 py-2">
          {t(done, { name: String(asked.name ?? "") })}
        </p>
      )}
      {!waiting.ok && <FailurePanel failure={waiting} />}
      {waiting.ok && <Queue teachers={waiting.data.items} total={waiting.data.total} id={asked.id} />}
    </AdminPage>
  );
}

async function Queue({ teachers, total, id }: { teachers: PendingTeacher[]; total: number; id?: string }) {
  const [t, format, now] = await Promise.all([getTranslations("admin.teachers"), getFormatter(), getNow()]);
  const current = teachers.find((teacher) => teacher.id === id) ?? teachers[0];
  if (!current) {
    return (
      <EmptyState
        title={t("empty")}
        action={
          <Link href="/admin" className={buttonClass("secondary")}>
            {t("emptyAction")}
          </Link>
        }
      >
        {t("emptyText")}
      </EmptyState>
    );
  }
  return (
    <div className="gap-14 lg:grid lg:grid-cols-[1fr_18rem]">
      <Application teacher={current} />
      <aside className="mt-12 lg:mt-0">
        <h2 className="border-b border-rule pb-3 text-lg">{t("waiting", { total })}</h2>
        <ol>
          {teachers.map((teacher) => (
            <li key={teacher.id} className="border-b border-rule">
              <Link
                href={`/admin/teachers?id=${teacher.id}`}
                aria-current={teacher === current ? "true" : undefined}
                className="block min-h-11 py-2.5 quiet-link aria-[current]:font-medium aria-[current]:text-accent"
              >
                {teacher.name}
                <span className="block text-sm font-normal break-all text-soft">
                  {teacher.email} · {format.relativeTime(new Date(teacher.created_at), now)}
                </span>
              </Link>
            </li>
          ))}
        </ol>
      </aside>
    </div>
  );
}

async function Application({ teacher }: { teacher: PendingTeacher }) {
  const [t, format] = await Promise.all([getTranslations("admin.teachers"), getFormatter()]);
  return (
    <article className="min-w-0" aria-labelledby="applicant">
      <h2 id="applicant" className="text-2xl">
        {teacher.name}
      </h2>
      <p className="mt-1 text-soft">
        {teacher.email} · {t("registered", { date: format.dateTime(new Date(teacher.created_at), "day") })}
      </p>
      <div className="mt-6 max-w-prose border-y border-rule py-6 whitespace-pre-line">
        {teacher.application ?? <span className="text-soft">{t("noText")}</span>}
      </div>
      <Decision key={teacher.id} id={teacher.id} />
    </article>
  );
}
