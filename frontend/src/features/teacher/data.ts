import "server-only";

import { notFound } from "next/navigation";
import { cache } from "react";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

export const readProfile = cache(async (user_id: string) => {
  const result = await outcome(
    (await anonymous()).identity.GET("/users/{user_id}/public", { params: { path: { user_id } } }),
  );
  if (!result.ok && (result.kind === "not_found" || result.kind === "invalid")) notFound();
  if (result.ok && result.data.role !== "teacher") notFound();
  return result;
});

export const readCoursesOf = cache(async (teacher_id: string) => {
  const query = { teacher_id, sort: "popular" as const, limit: 100 };
  return outcome((await anonymous()).course.GET("/courses", { params: { query } }));
});
