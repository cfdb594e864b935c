import "server-only";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

const MOST = 100;

/** The reader's own certificates, the newest first. */
export async function readMyCertificates() {
  return outcome((await asUser()).enrollment.GET("/certificates/me", { params: { query: { limit: MOST } } }));
}
