import type { Notice } from "@/lib/api/types";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? encodeURIComponent(value) : undefined);

/** Return the page that a notification is about; undefined when there is none. */
export function targetOf({ type, data }: Pick<Notice, "type" | "data">): string | undefined {
  const course = text(data.course_slug) ?? text(data.course_id);
  const certificate = text(data.certificate_code);
  switch (type) {
    case "enrollment.created":
      return course && `/learn/${course}`;
    case "enrollment.completed":
      return certificate && `/certificates/${certificate}`;
    case "enrollment.revoked":
      return "/orders";
    case "review.created":
      return course && `/courses/${course}#reviews`;
    case "user.teacher_verified":
    case "user.teacher_rejected":
      return "/studio";
    case "announcement":
      return undefined;
  }
}
