import type { Role } from "@/lib/session/claims";

/** The types of e-mail that users may switch off, named as in the notification service, and who gets them. */
const KINDS = [
  { type: "enrollment.created", key: "enrolled", roles: ["student", "teacher"] },
  { type: "enrollment.completed", key: "completed", roles: ["student", "teacher"] },
  { type: "payment.completed", key: "receipt", roles: ["student", "teacher"] },
  { type: "payment.refunded", key: "refund", roles: ["student", "teacher"] },
  { type: "review.created", key: "review", roles: ["teacher"] },
  { type: "user.teacher_verified", key: "verified", roles: ["teacher"] },
  { type: "user.teacher_rejected", key: "rejected", roles: ["teacher"] },
] as const satisfies { type: string; key: string; roles: Role[] }[];

export function emailKinds(role: Role) {
  return KINDS.filter(({ roles }) => (roles as readonly Role[]).includes(role));
}
