import { randomUUID } from "node:crypto";

import { type APIRequestContext, expect } from "@playwright/test";

export const PASSWORD = "correct horse battery";
export const ADMIN = { email: "admin@eduplatform.com", password: "password123" };

/** A user made through the API for one test. */
export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
  token: string;
}

/** Set-up through the services rather than in the browser. */
export class Api {
  constructor(private readonly request: APIRequestContext) {}

  /** Send a request to `/api/<path>` and return its JSON; fail the test when it is rejected. */
  async call<T = never>(
    method: string,
    path: string,
    token?: string,
    body?: unknown,
    headers: object = {},
  ): Promise<T> {
    const answer = await this.request.fetch(`/api/${path}`, {
      method,
      data: body,
      headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers },
    });
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    const text = await answer.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  async student(name = "Sam Student"): Promise<Person> {
    return this.register("student", name);
  }

  /** Create a teacher whom the admin has verified. */
  async teacher(name = "Tess Teacher"): Promise<Person> {
    const teacher = await this.applicant(name);
    await this.call("PATCH", `identity/admin/users/${teacher.id}/verify`, await this.adminToken());
    return { ...teacher, token: await this.signIn(teacher) };
  }

  /** Create a teacher who waits for the admin. */
  async applicant(name = "Ann Applicant"): Promise<Person> {
    return this.register("teacher", name);
  }

  async adminToken(): Promise<string> {
    return this.signIn(ADMIN);
  }

  async signIn({ email, password }: { email: string; password: string }): Promise<string> {
    return (await this.call<{ access_token: string }>("POST", "identity/login", undefined, { email, password }))
      .access_token;
  }

  /**
   * Create a published course with `lessons` lessons in one module, the first a preview; free unless it has a price.
   */
  async course(teacher: Person, fields: Record<string, unknown> = {}, lessons = 3): Promise<Course> {
    const draft = await this.call<Course>("POST", "course/courses", teacher.token, {
      title: `A course of ${randomUUID().slice(0, 8)}`,
      description: "What a course needs, **shortly** told.",
      category: "gardening",
      is_free: !("price" in fields),
      ...fields,
    });
    const chapter = await this.call<{ id: string }>("POST", `course/courses/${draft.id}/modules`, teacher.token, {
      title: "Beginnings",
    });
    const lessonIds: string[] = [];
    for (let number = 1; number <= lessons; number++) {
      const body = { title: `Lesson ${number}`, content: `# Lesson ${number}\n\nText.`, is_preview: number === 1 };
      lessonIds.push(
        (await this.call<{ id: string }>("POST", `course/modules/${chapter.id}/lessons`, teacher.token, body)).id,
      );
    }
    const published = await this.call<Course>("POST", `course/courses/${draft.id}/publish`, teacher.token);
    return { ...published, lessonIds };
  }

  async enroll(student: Person, course: Course): Promise<void> {
    await this.call("POST", "enrollment/enrollments", student.token, { course_id: course.id });
  }

  private async register(role: "student" | "teacher", name: string): Promise<Person> {
    const email = `${role}.${randomUUID().slice(0, 12)}@example.com`;
    const body = { email, password: PASSWORD, name, role };
    const { access_token: token } = await this.call<{ access_token: string }>(
      "POST",
      "identity/register",
      undefined,
      body,
    );
    const { id } = await this.call<{ id: string }>("GET", "identity/me", token);
    return { id, name, email, password: PASSWORD, token };
  }
}

export interface Course {
  id: string;
  slug: string;
  title: string;
  lessonIds: string[];
}
