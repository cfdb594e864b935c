import { expect, test } from "vitest";

import { targetOf } from "@/features/notifications/notice-target";

test.each([
  ["enrollment.created", { course_id: "1", course_slug: "sowing" }, "/learn/sowing"],
  ["enrollment.completed", { certificate_code: "AB" }, "/certificates/AB"],
  ["enrollment.revoked", { course_id: "1" }, "/orders"],
  ["review.created", { course_slug: "sowing" }, "/courses/sowing#reviews"],
  ["user.teacher_verified", {}, "/studio"],
  ["announcement", {}, undefined],
  ["enrollment.completed", { certificate_code: 5 }, undefined],
  ["enrollment.created", { course_slug: "//evil.example" }, "/learn/%2F%2Fevil.example"],
] as const)("%s with %j leads to %s", (type, data, target) => {
  expect(targetOf({ type, data })).toBe(target);
});
