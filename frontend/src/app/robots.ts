import type { MetadataRoute } from "next";

import { env } from "@/lib/env";
import { getPathname } from "@/lib/i18n/navigation";
import { LOCALES } from "@/lib/i18n/locales";

export const dynamic = "force-dynamic";

export default function robots(): MetadataRoute.Robots {
  const own = ["/account", "/admin", "/bff", "/checkout", "/learn", "/notifications", "/orders", "/studio"];
  const disallow = LOCALES.flatMap((locale) => own.map((href) => getPathname({ href, locale })));
  return { rules: { userAgent: "*", allow: "/", disallow }, sitemap: `${env.PUBLIC_URL}/sitemap.xml` };
}
