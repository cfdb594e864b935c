import { getTranslations } from "next-intl/server";

import { Count } from "@/components/ui/count";
import { countAll } from "@/features/admin/data";
import { adminMetadata, AdminPage } from "@/features/admin/admin-page";
import { readStatus } from "@/features/status/data";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

export const generateMetadata = () => adminMetadata("overview");

const COUNTS = [
  ["reports", "/admin/reports?status=open"],
  ["waiting", "/admin/teachers"],
  ["pending", "/admin/payments?status=pending"],
  ["students", "/admin/users?role=student"],
  ["teachers", "/admin/users?role=teacher"],
  ["disabled", "/admin/users?status=disabled"],
  ["courses", "/admin/courses?state=published"],
  ["completed", "/admin/payments?status=completed"],
  ["refunded", "/admin/payments?status=refunded"],
] as const;

export default async function OverviewPage() {
  await requireRole("admin");
  const [t, counts, parts] = await Promise.all([getTranslations("admin.overview"), countAll(), readStatus()]);
  const down = parts.filter((part) => !part.ready).length;
  return (
    <AdminPage name="overview">
      <dl className="grid grid-cols-2 gap-x-8 border-t border-rule lg:grid-cols-3">
        {COUNTS.map(([name, href]) => (
          <div key={name} className="flex flex-col-reverse justify-end border-b border-rule py-6">
            <dt>
              <Link href={href} className="inline-block py-1 text-[0.9375rem] link">
                {t(`counts.${name}`)}
              </Link>
            </dt>
            <dd className="font-serif text-4xl font-semibold tabular-nums">
              {counts[name] === null ? (
                <span className="text-base text-soft">{t("unknown")}</span>
              ) : (
                <Count value={counts[name]} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      <section className="mt-12">
        <h2 className="text-2xl">{t("parts")}</h2>
        <p className="mt-2 text-soft">
          {t("partsDown", { down })}{" "}
          <Link href="/status" className="link">
            {t("statusPage")}
          </Link>
        </p>
      </section>
    </AdminPage>
  );
}
