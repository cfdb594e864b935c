"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { toast } from "@/components/ui/toast";
import { ask, RequestFailed } from "@/lib/api/browser";

import { usePlayerCourse } from "./player-course";
import type { LessonLink } from "./resume";

interface Mark {
  lesson: LessonLink;
  done: boolean;
}

const queryKey = (courseId: string) => ["lessons-done", courseId];

function withMark(ids: string[], { lesson, done }: Mark): string[] {
  const others = ids.filter((id) => id !== lesson.id);
  return done ? [...others, lesson.id] : others;
}

/** The ids of the completed lessons, including marks that are being saved. */
export function useDone(initial?: string[]): string[] {
  const { id } = usePlayerCourse();
  const { data } = useQuery({
    queryKey: queryKey(id),
    queryFn: async () => {
      const answer = await ask<{ completed_lesson_ids: string[] }>("GET", `progress/courses/${id}`);
      return answer.completed_lesson_ids;
    },
    initialData: initial,
    staleTime: Infinity,
  });
  return data ?? [];
}

/** Marks a lesson optimistically; the mark is reverted when the service rejects it. */
export function useMark() {
  const t = useTranslations("learn.player");
  const common = useTranslations("common");
  const { id } = usePlayerCourse();
  const client = useQueryClient();
  const show = (mark: Mark) => client.setQueryData<string[]>(queryKey(id), (ids = []) => withMark(ids, mark));
  return useMutation({
    mutationKey: ["mark", id],
    scope: { id: `mark ${id}` }, // one after the other: of two requests at once the older one may arrive last
    networkMode: "always",
    mutationFn: ({ lesson, done }: Mark) =>
      ask<unknown>(done ? "POST" : "DELETE", `progress/lessons/${lesson.id}`, { course_id: id }),
    onMutate: async (mark) => {
      await client.cancelQueries({ queryKey: queryKey(id) });
      show(mark);
    },
    onError: (error, mark) => {
      show({ ...mark, done: !mark.done });
      if (error instanceof RequestFailed && error.status === 401) {
        toast(common("failure.signedOut"), "danger", { href: "/login", label: common("nav.login") });
      } else toast(t("notSaved", { lesson: mark.lesson.title }), "danger");
    },
    onSettled: () => {
      // Earlier responses would revert what later marks show.
      const alone = client.isMutating({ mutationKey: ["mark", id] }) === 1;
      return alone ? client.invalidateQueries({ queryKey: queryKey(id) }) : undefined;
    },
  });
}
