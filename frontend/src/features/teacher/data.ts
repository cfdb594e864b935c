import "server-only";

import { notFound } from "next/navigation";
import { cache } from "react";

import { anonymous } from "@/lib/api/clients";
import { everyPage, outcome } from "@/lib/api/result";

export const readProfile = cache(async (user_id: string) => {
  const result = await outcome(
    (await anonymous()).identity.GET("/users/{user_id}/public", { params: { path: { user_id } } }),
  );
  if (!result.ok && (result.kind === "not_found" || result.kind === "invalid")) notFound();
  if (result.ok && result.data.role !== "teacher") notFound();
  return result;
});

export const readCoursesOf = cache(async (teacher_id: string) => {
  const { course } = await anonymous();
  return everyPage((cursor) => {
    const query = { teacher_id, sort: "popular" as const, limit: 100, cursor };
    return outcome(course.GET("/courses", { params: { query } }));
  });
});
