import "server-only";

import { z } from "zod";

import { SERVICE_PORTS, type ServiceName, SERVICES } from "@/lib/api/services";

const url = (fallback: string) =>
  z
    .url()
    .default(fallback)
    .transform((value) => value.replace(/(?<!\/)\/+$/, ""));

type UrlSetting = `INTERNAL_${Uppercase<ServiceName>}_URL`;

const urlSetting = (name: ServiceName) => `INTERNAL_${name.toUpperCase()}_URL` as UrlSetting;

const serviceUrlSettings = Object.fromEntries(
  SERVICES.map((name) => [urlSetting(name), url(`http://127.0.0.1:${SERVICE_PORTS[name]}`)]),
) as Record<UrlSetting, ReturnType<typeof url>>;

const Environment = z.object({
  /** The public origin; URLs in metadata and the sitemap start with it. */
  PUBLIC_URL: url("http://127.0.0.1:3001"),
  ...serviceUrlSettings,
  /** The source IP of calls to the services, where a service trusts only some IPs. */
  INTERNAL_SOURCE_ADDRESS: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** The operator's own pages; without one, the site shows a short page of its own. */
  ABOUT_URL: z.httpUrl().optional(),
  HELP_URL: z.httpUrl().optional(),
  TERMS_URL: z.httpUrl().optional(),
  PRIVACY_URL: z.httpUrl().optional(),
  /** The e-mail address for support; shown on the site's own information pages. */
  SUPPORT_EMAIL: z.email().optional(),
  /** Timeout of one call to a service. */
  API_TIMEOUT_MS: z.coerce.number().int().min(100).max(10_000).default(3000),
});

function read() {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`Settings are wrong; mend these environment variables:\n${z.prettifyError(parsed.error)}`);
}

export const env = read();

export const serviceUrls = Object.fromEntries(SERVICES.map((name) => [name, env[urlSetting(name)]])) as Record<
  ServiceName,
  string
>;
