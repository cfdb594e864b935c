import "server-only";

import { z } from "zod";

const url = (fallback: string) =>
  z
    .url()
    .default(fallback)
    .transform((value) => value.replace(/(?<!\/)\/+$/, ""));

const Environment = z.object({
  /** The origin that people see; links in metadata and the sitemap start with it. */
  PUBLIC_URL: url("http://127.0.0.1:3001"),
  INTERNAL_IDENTITY_URL: url("http://127.0.0.1:8001"),
  INTERNAL_COURSE_URL: url("http://127.0.0.1:8002"),
  INTERNAL_ENROLLMENT_URL: url("http://127.0.0.1:8003"),
  INTERNAL_PAYMENT_URL: url("http://127.0.0.1:8004"),
  INTERNAL_NOTIFICATION_URL: url("http://127.0.0.1:8005"),
  /** The local address that calls to the services come from, where a service trusts only some addresses. */
  INTERNAL_SOURCE_ADDRESS: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** How long one call to a service may take. */
  API_TIMEOUT_MS: z.coerce.number().int().min(100).max(10_000).default(3000),
});

function read() {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`Settings are wrong; mend these environment variables:\n${z.prettifyError(parsed.error)}`);
}

export const env = read();

export type ServiceName = "identity" | "course" | "enrollment" | "payment" | "notification";

export const serviceUrls: Record<ServiceName, string> = {
  identity: env.INTERNAL_IDENTITY_URL,
  course: env.INTERNAL_COURSE_URL,
  enrollment: env.INTERNAL_ENROLLMENT_URL,
  payment: env.INTERNAL_PAYMENT_URL,
  notification: env.INTERNAL_NOTIFICATION_URL,
};
