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
    case "payment.refunded":
      return "/orders";
    case "review.created":
    case "review.hidden":
    case "review.restored":
      return course && `/courses/${course}#reviews`;
    case "course.taken_down":
    case "course.restored":
      return text(data.course_id) && `/studio/courses/${text(data.course_id)}`;
    case "user.teacher_verified":
    case "user.teacher_rejected":
      return "/studio";
    case "announcement":
      return undefined;
  }
}
