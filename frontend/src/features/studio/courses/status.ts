import type { CourseRead } from "@/lib/api/types";

export const STATUSES = ["draft", "published", "archived"] as const;
export type Status = (typeof STATUSES)[number];

export const STATE_TONE = {
  draft: "warning",
  published: "success",
  archived: "neutral",
  taken_down: "danger",
} as const;

/** Return the course's status, or that an admin took it down. */
export const stateOf = ({ status, taken_down }: Pick<CourseRead, "status" | "taken_down">) =>
  taken_down ? "taken_down" : status;

export function statusOf(value: string | string[] | undefined): Status | undefined {
  return STATUSES.find((status) => status === value);
}
