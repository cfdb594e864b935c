"use client";

import { useTranslations } from "next-intl";

import { SelectField } from "@/components/ui/field";
import type { AdminUser } from "@/lib/api/types";

import { ActionDialog } from "./action-dialog";
import { ROLES, STATUSES } from "./query";
import { changeUser } from "./user-action";

/** Changes a user's role, or disables the account. */
export function UserDialog({ user }: { user: AdminUser }) {
  const t = useTranslations("admin.users");
  const common = useTranslations("common.form");
  return (
    <ActionDialog
      action={changeUser}
      trigger={t("change")}
      subject={user.name}
      title={user.name}
      description={t("changeText")}
      confirm={common("save")}
      done={t("changed", { name: user.name })}
    >
      <input type="hidden" name="id" value={user.id} />
      <SelectField name="new_role" label={t("role")} initial={user.role}>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(`roles.${role}`)}
          </option>
        ))}
      </SelectField>
      <SelectField name="access" label={t("status")} initial={user.is_active ? "active" : "disabled"}>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`statuses.${status}`)}
          </option>
        ))}
      </SelectField>
    </ActionDialog>
  );
}
