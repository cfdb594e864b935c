import { getTranslations } from "next-intl/server";

import { AnnouncementForm } from "@/features/admin/announcement-form";
import { adminMetadata, AdminPage } from "@/features/admin/admin-page";
import { countByRole } from "@/features/admin/data";
import { requireRole } from "@/lib/session/current";

export const generateMetadata = () => adminMetadata("announcements");

export default async function AnnouncementsPage({ searchParams }: { searchParams: Promise<{ sent?: string }> }) {
  await requireRole("admin");
  const [t, { sent }, recipients] = await Promise.all([
    getTranslations("admin.announcements"),
    searchParams,
    countByRole(),
  ]);
  const count = Number(sent);
  return (
    <AdminPage name="announcements">
      {sent !== undefined && Number.isInteger(count) && (
        <p role="status" className="mb-8 border-l-4 border-success px-4 py-2">
          {t("sent", { count })}
        </p>
      )}
      <AnnouncementForm key={sent} recipients={recipients} />
    </AdminPage>
  );
}
