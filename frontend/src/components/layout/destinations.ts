import type { Role } from "@/lib/session/claims";

const COURSES = { href: "/courses", name: "courses" } as const;
const LEARN = { href: "/learn", name: "learn" } as const;
const STUDIO = { href: "/studio", name: "studio" } as const;
const ADMIN = { href: "/admin", name: "admin" } as const;

/** Where the header leads, by who is signed in. */
export function destinations(role: Role | undefined) {
  if (role === "admin") return [COURSES, ADMIN];
  if (role === "teacher") return [COURSES, LEARN, STUDIO];
  return role === "student" ? [COURSES, LEARN] : [COURSES];
}
