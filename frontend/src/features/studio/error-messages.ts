import "server-only";

import { getTranslations } from "next-intl/server";

/** Return the messages for the error codes that the course service sends to a teacher. */
export async function errorMessages(): Promise<Record<string, string>> {
  const t = await getTranslations("studio.refusals");
  return {
    teacher_not_verified: t("notVerified"),
    not_owner: t("notOwner"),
    has_enrollments: t("hasEnrollments"),
    has_payments: t("hasPayments"),
    version_mismatch: t("overtaken"),
    curriculum_mismatch: t("curriculumMismatch"),
    taken_down: t("takenDown"),
    curriculum_full: t("curriculumFull"),
    not_found: t("gone"),
  };
}
