import "server-only";

import type { z } from "zod";

import { anonymous, asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

import {
  type AuditQuery,
  type CoursesQuery,
  paged,
  type PaymentsQuery,
  type ReportsQuery,
  type ReviewsQuery,
  type ROLES,
  type UsersQuery,
} from "./query";

export async function pendingTeachers(limit = 50) {
  return outcome((await asUser()).identity.GET("/admin/teachers/pending", { params: { query: { limit } } }));
}

export async function findUsers(wanted: z.infer<typeof UsersQuery>) {
  return outcome((await asUser()).identity.GET("/admin/users", { params: { query: paged(wanted) } }));
}

export async function findPayments(wanted: z.infer<typeof PaymentsQuery>) {
  return outcome((await asUser()).payment.GET("/admin/payments", { params: { query: paged(wanted) } }));
}

export async function findAuditEntries(wanted: z.infer<typeof AuditQuery>) {
  return outcome((await asUser()).identity.GET("/admin/audit", { params: { query: paged(wanted) } }));
}

export async function findCourses(wanted: z.infer<typeof CoursesQuery>) {
  return outcome((await asUser()).course.GET("/admin/courses", { params: { query: paged(wanted) } }));
}

export async function findReviews(wanted: z.infer<typeof ReviewsQuery>) {
  return outcome((await asUser()).course.GET("/admin/reviews", { params: { query: paged(wanted) } }));
}

export async function findReports(wanted: z.infer<typeof ReportsQuery>) {
  return outcome((await asUser()).course.GET("/admin/reports", { params: { query: paged(wanted) } }));
}

/** Return the known names by id; none when the service does not respond: then ids alone suffice. */
export async function namesOf(ids: (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const query = { ids: wanted.join(","), limit: 100 };
  const found = await outcome((await anonymous()).identity.GET("/users", { params: { query } }));
  return new Map(found.ok ? found.data.items.map(({ id, name }) => [id, name]) : []);
}

/** Return the number of accounts by role; null while identity is unavailable. */
export async function countByRole() {
  const { identity } = await asUser();
  const count = async (role: (typeof ROLES)[number]) => {
    const found = await outcome(identity.GET("/admin/users", { params: { query: { role, limit: 1 } } }));
    return found.ok ? found.data.total : null;
  };
  const [student, teacher, admin] = await Promise.all([count("student"), count("teacher"), count("admin")]);
  return { student, teacher, admin };
}

/** Return the numbers that an admin monitors; null where the service does not respond. */
export async function countAll() {
  const user = await asUser();
  const query = { limit: 1 };
  const total = async (call: Parameters<typeof outcome<{ total: number }>>[0]) => {
    const result = await outcome(call);
    return result.ok ? result.data.total : null;
  };
  const [reports, waiting, students, teachers, disabled, courses, pending, completed, refunded] = await Promise.all([
    total(user.course.GET("/admin/reports", { params: { query: { ...query, status: "open" } } })),
    total(user.identity.GET("/admin/teachers/pending", { params: { query } })),
    total(user.identity.GET("/admin/users", { params: { query: { ...query, role: "student" } } })),
    total(user.identity.GET("/admin/users", { params: { query: { ...query, role: "teacher" } } })),
    total(user.identity.GET("/admin/users", { params: { query: { ...query, status: "disabled" } } })),
    total(user.course.GET("/courses", { params: { query } })),
    total(user.payment.GET("/admin/payments", { params: { query: { ...query, status: "pending" } } })),
    total(user.payment.GET("/admin/payments", { params: { query: { ...query, status: "completed" } } })),
    total(user.payment.GET("/admin/payments", { params: { query: { ...query, status: "refunded" } } })),
  ]);
  return { reports, waiting, students, teachers, disabled, courses, pending, completed, refunded };
}
