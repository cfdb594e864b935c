import { getLocale, getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { publicUrl } from "@/lib/seo";

import { ShareButtons } from "./share-buttons";

/** Opens a published course's page, copies the link to it, and shares it where the browser can. */
export async function ShareCourse({ course }: { course: CourseRead }) {
  const [t, locale] = await Promise.all([getTranslations("studio.publish.share"), getLocale()]);
  const path = `/courses/${course.slug}`;
  const url = publicUrl(path, locale);
  return (
    <div className="mt-5 space-y-3 border-l-4 border-accent bg-accent-soft px-5 py-4">
      <p className="wrap-anywhere">
        {t("page")}{" "}
        <Link href={path} className="link">
          {url}
        </Link>
      </p>
      <div className="flex flex-wrap gap-3">
        <Link href={path} className={buttonClass("primary")}>
          {t("view")}
        </Link>
        <ShareButtons url={url} title={course.title} />
      </div>
    </div>
  );
}
