import { z } from "zod";

import type { SearchParams } from "@/features/catalogue/read-filters";

const PAGE_SIZE = 25;
/** The services return no more than this many rows by page number. */
const LAST_PAGE = Math.floor(10_000 / PAGE_SIZE);

export const ROLES = ["student", "teacher", "admin"] as const;
export const STATUSES = ["active", "disabled"] as const;
export const PAYMENT_STATUSES = ["pending", "completed", "failed", "refunded"] as const;
export const COURSE_STATES = ["published", "draft", "archived", "taken_down"] as const;
export const REVIEW_STATES = ["visible", "hidden", "reported"] as const;
export const REPORT_STATUSES = ["open", "dismissed", "hidden", "removed"] as const;
export const REPORT_TYPES = ["course", "review"] as const;
export const ACTIONS = [
  "course.taken_down",
  "course.restored",
  "course.archived",
  "course.unpublished",
  "review.hidden",
  "review.restored",
  "review.removed",
  "report.decided",
  "payment.settled",
  "payment.refunded",
  "announcement.sent",
  "teacher.verified",
  "teacher.rejected",
  "user.role_changed",
  "user.disabled",
  "user.enabled",
  "user.erased",
  "password.changed",
  "password.reset",
  "login.locked_out",
  "session.refresh_reused",
  "admin.bootstrapped",
] as const;

const page = z.coerce.number().int().min(1).max(LAST_PAGE).catch(1);
const id = z.uuid().optional().catch(undefined);

/** The parameters of the admin's lists in URLs. Invalid ones are ignored, never an error. */
export const UsersQuery = z.object({
  q: z.string().trim().min(1).max(100).optional().catch(undefined),
  role: z.enum(ROLES).optional().catch(undefined),
  status: z.enum(STATUSES).optional().catch(undefined),
  page,
});
export const PaymentsQuery = z.object({
  status: z.enum(PAYMENT_STATUSES).optional().catch(undefined),
  student_id: id,
  course_id: id,
  page,
});
export const CoursesQuery = z.object({
  q: z.string().trim().min(1).max(200).optional().catch(undefined),
  state: z.enum(COURSE_STATES).optional().catch(undefined),
  course_id: id,
  page,
});
export const ReviewsQuery = z.object({
  state: z.enum(REVIEW_STATES).optional().catch(undefined),
  course_id: id,
  page,
});
export const ReportsQuery = z.object({
  status: z.enum(REPORT_STATUSES).optional().catch(undefined),
  type: z.enum(REPORT_TYPES).optional().catch(undefined),
  course_id: id,
  page,
});
export const AuditQuery = z.object({
  action: z.enum(ACTIONS).optional().catch(undefined),
  actor: id,
  target: id,
  page,
});

export function readQuery<T>(schema: z.ZodType<T>, params: SearchParams): T {
  const single = Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return schema.parse(Object.fromEntries(single));
}

/** Return a URL with the parameters that have a value. */
export function hrefWith(path: string, query: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(query).filter(([name, value]) => value && !(name === "page" && value === 1));
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

export const pagesOf = (total: number) => Math.min(LAST_PAGE, Math.ceil(total / PAGE_SIZE));

/** Return the query for a page of a service's list. */
export function paged<T extends { page: number }>({ page, ...filters }: T) {
  return { ...filters, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}
