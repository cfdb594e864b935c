import { useCallback, useRef, useState, useTransition } from "react";
import { useTranslations } from "next-intl";

import type { ModuleOutline } from "@/lib/api/types";

import { changeCurriculum, type CurriculumChange } from "./curriculum-action";
import { type Direction, orderOf } from "./order";

/** The actions of a module's or a lesson's row on the curriculum. */
export interface Editing {
  /** Send a change; resolve to why it was rejected, or to undefined. */
  change: (wanted: CurriculumChange) => Promise<string | undefined>;
  move: (kind: "module" | "lesson", id: string, title: string, direction: Direction) => void;
}

/** The curriculum as shown, and actions that change it. A rejected change is reverted to the service's state. */
export function useCurriculum(courseId: string, initial: ModuleOutline[]) {
  const t = useTranslations("studio.curriculum");
  const [modules, setModules] = useState(initial);
  const [seen, setSeen] = useState(initial);
  const [refusal, setRefusal] = useState<string>();
  const [busy, start] = useTransition();
  const latest = useRef(0);

  // The page was reloaded, by a refresh or after a change; if a later change is in progress, wait for that one.
  if (seen !== initial && !busy) {
    setSeen(initial);
    setModules(initial);
  }

  /** Send a change; resolve to why it was rejected, or to undefined. */
  const change = useCallback(
    (wanted: CurriculumChange) =>
      new Promise<string | undefined>((resolve) => {
        const number = ++latest.current;
        start(async () => {
          const answer = await changeCurriculum(courseId, wanted).catch(() => ({ refusal: t("noAnswer") }) as const);
          const overtaken = number !== latest.current;
          if (!overtaken && "modules" in answer && answer.modules) setModules(answer.modules);
          setRefusal(answer.refusal);
          resolve(answer.refusal);
        });
      }),
    [courseId, t],
  );

  /** Shows an order optimistically and saves it; reverts it when it is rejected. */
  const reorder = async (next: ModuleOutline[], before = modules) => {
    setModules(next);
    if (await change({ do: "order", modules: orderOf(next) })) setModules((now) => (now === next ? before : now));
  };

  return { modules, setModules, refusal, busy, change, reorder };
}
