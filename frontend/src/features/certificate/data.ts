import "server-only";

import { asUser } from "@/lib/api/clients";
import { everyPage, outcome } from "@/lib/api/result";

const MOST = 100;

/** Return the user's own certificates, newest first. */
export async function readMyCertificates() {
  const { enrollment } = await asUser();
  return everyPage((cursor) =>
    outcome(enrollment.GET("/certificates/me", { params: { query: { limit: MOST, cursor } } })),
  );
}
