import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { findUsers } from "@/features/admin/data";
import { AdminListPage } from "@/features/admin/admin-list-page";
import { adminMetadata } from "@/features/admin/admin-page";
import { readQuery, ROLES, STATUSES, UsersQuery } from "@/features/admin/query";
import { UserDialog } from "@/features/admin/user-dialog";
import type { SearchParams } from "@/features/catalogue/read-filters";
import type { AdminUser } from "@/lib/api/types";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/users";

export const generateMetadata = () => adminMetadata("users");

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(UsersQuery, await searchParams);
  const [t, users] = await Promise.all([getTranslations("admin.users"), findUsers(wanted)]);
  return (
    <AdminListPage
      name="users"
      path={PATH}
      query={wanted}
      list={users}
      filters={[
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
    >
      {(user) => <UserRow key={user.id} user={user} />}
    </AdminListPage>
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
