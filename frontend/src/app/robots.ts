import type { MetadataRoute } from "next";

import { env } from "@/lib/env";

export const dynamic = "force-dynamic";

export default function robots(): MetadataRoute.Robots {
  const own = ["/account", "/admin", "/bff", "/checkout", "/learn", "/notifications", "/orders", "/studio"];
  const disallow = [...own, ...own.map((path) => `/ru${path}`)];
  return { rules: { userAgent: "*", allow: "/", disallow }, sitemap: `${env.PUBLIC_URL}/sitemap.xml` };
}
