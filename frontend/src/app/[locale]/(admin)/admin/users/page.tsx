import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { Pagination } from "@/components/ui/pagination";
import { findUsers } from "@/features/admin/data";
import { FilterForm } from "@/features/admin/filter-form";
import { AdminPage } from "@/features/admin/frame";
import { adminMetadata } from "@/features/admin/metadata";
import { hrefWith, pagesOf, readQuery, ROLES, STATUSES, UsersQuery } from "@/features/admin/query";
import { UserDialog } from "@/features/admin/user-dialog";
import type { SearchParams } from "@/features/catalogue/read-filters";
import type { AdminUser } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/users";

export const generateMetadata = () => adminMetadata("users");

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(UsersQuery, await searchParams);
  const [t, users] = await Promise.all([getTranslations("admin.users"), findUsers(wanted)]);
  return (
    <AdminPage name="users">
      <FilterForm
        path={PATH}
        choices={[
          { name: "q", label: t("search"), value: wanted.q },
          {
            name: "role",
            label: t("role"),
            value: wanted.role,
            options: ROLES.map((role) => [role, t(`roles.${role}`)]),
          },
          {
            name: "status",
            label: t("status"),
            value: wanted.status,
            options: STATUSES.map((status) => [status, t(`statuses.${status}`)]),
          },
        ]}
      />
      {!users.ok && <FailurePanel failure={users} />}
      {users.ok && users.data.items.length === 0 && (
        <EmptyState
          title={t("empty")}
          action={
            <Link href={PATH} className={buttonClass("secondary")}>
              {t("emptyAction")}
            </Link>
          }
        />
      )}
      {users.ok && users.data.items.length > 0 && (
        <>
          <ul>
            {users.data.items.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </ul>
          <div className="mt-10">
            <Pagination
              page={wanted.page}
              pages={pagesOf(users.data.total)}
              href={(page) => hrefWith(PATH, { ...wanted, page })}
            />
          </div>
        </>
      )}
    </AdminPage>
  );
}

async function UserRow({ user }: { user: AdminUser }) {
  const [t, format] = await Promise.all([getTranslations("admin.users"), getFormatter()]);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-rule py-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="min-w-0 wrap-anywhere">{user.name}</span> <Badge>{t(`roles.${user.role}`)}</Badge>
          {user.role === "teacher" && !user.is_verified && <Badge tone="warning">{t("unverified")}</Badge>}
          {!user.is_active && <Badge tone="danger">{t("statuses.disabled")}</Badge>}
        </p>
        <p className="text-sm wrap-anywhere text-soft">
          {user.email} · {t("since", { date: format.dateTime(new Date(user.created_at), "day") })}
        </p>
      </div>
      <UserDialog user={user} />
    </li>
  );
}
