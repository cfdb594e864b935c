"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { type Failure, outcome, type Result } from "@/lib/api/result";
import type { ModuleOutline } from "@/lib/api/types";
import { denyForm, refused } from "@/lib/forms/server";

import { readCurriculum } from "../data";
import { errorMessages } from "../error-messages";

const id = z.uuid();
const title = z.string().trim().min(1).max(200);
const version = z.number().int();

const Change = z.discriminatedUnion("do", [
  z.object({ do: z.literal("addModule"), title }),
  z.object({ do: z.literal("addLesson"), id, title }),
  z.object({ do: z.literal("renameModule"), id, title, version }),
  z.object({ do: z.literal("renameLesson"), id, title, version }),
  z.object({ do: z.literal("deleteModule"), id }),
  z.object({ do: z.literal("deleteLesson"), id }),
  z.object({ do: z.literal("order"), modules: z.array(z.object({ id, lessons: z.array(id).max(1000) })).max(200) }),
]);

export type CurriculumChange = z.infer<typeof Change>;
/** The curriculum after the change, or as it is when the change was rejected. */
export interface Changed {
  modules?: ModuleOutline[];
  refusal?: string;
}

export async function changeCurriculum(courseId: string, wanted: CurriculumChange): Promise<Changed> {
  const denied = await denyForm(new FormData(), "teacher");
  if (denied) return { refusal: denied.message };
  const result = await send(id.parse(courseId), Change.parse(wanted));
  // The browser caches pages that it showed before: they are outdated now.
  revalidatePath("/", "layout");
  const now = await readCurriculum(courseId);
  return {
    modules: now.ok ? now.data.modules : undefined,
    refusal: result.ok ? undefined : await sentence(result),
  };
}

async function send(courseId: string, change: CurriculumChange): Promise<Result<unknown>> {
  const { course } = await asUser();
  const ofCourse = { path: { course_id: courseId } };
  switch (change.do) {
    case "addModule":
      return outcome(course.POST("/courses/{course_id}/modules", { params: ofCourse, body: { title: change.title } }));
    case "addLesson":
      return outcome(
        course.POST("/modules/{module_id}/lessons", {
          params: { path: { module_id: change.id } },
          body: { title: change.title, content: "", duration_minutes: 0, is_preview: false },
        }),
      );
    case "order":
      return outcome(
        course.PUT("/courses/{course_id}/curriculum/order", { params: ofCourse, body: { modules: change.modules } }),
      );
    default:
      return sendToPart(change);
  }
}

type PartChange = Extract<CurriculumChange, { do: `${"rename" | "delete"}${string}` }>;

async function sendToPart(change: PartChange): Promise<Result<unknown>> {
  const { course } = await asUser();
  const ofModule = { module_id: change.id };
  const ofLesson = { lesson_id: change.id };
  if (change.do === "deleteModule") {
    return outcome(course.DELETE("/modules/{module_id}", { params: { path: ofModule } }));
  }
  if (change.do === "deleteLesson") {
    return outcome(course.DELETE("/lessons/{lesson_id}", { params: { path: ofLesson } }));
  }
  const header = { "if-match": `"${change.version}"` };
  const body = { title: change.title };
  if (change.do === "renameModule") {
    return outcome(course.PUT("/modules/{module_id}", { params: { path: ofModule, header }, body }));
  }
  return outcome(course.PUT("/lessons/{lesson_id}", { params: { path: ofLesson, header }, body }));
}

async function sentence(failure: Failure): Promise<string> {
  const { message, errors } = await refused(failure, new FormData(), await errorMessages());
  return message ?? Object.values(errors).join(" ");
}
