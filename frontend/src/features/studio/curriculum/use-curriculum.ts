import { useCallback, useRef, useState, useTransition } from "react";
import { useTranslations } from "next-intl";

import type { ModuleOutline } from "@/lib/api/types";

import { changeCurriculum, type CurriculumChange } from "./curriculum-action";
import { type Direction, orderOf } from "./order";

/** What a module's or a lesson's row can do to the curriculum. */
export interface Editing {
  /** Send a change; resolve to why it was rejected, or to undefined. */
  change: (wanted: CurriculumChange) => Promise<string | undefined>;
  move: (kind: "module" | "lesson", id: string, title: string, direction: Direction) => void;
}

/** The curriculum as it is on the screen, and what changes it. A refused change goes back to what the service has. */
export function useCurriculum(courseId: string, initial: ModuleOutline[]) {
  const t = useTranslations("studio.curriculum");
  const [modules, setModules] = useState(initial);
  const [seen, setSeen] = useState(initial);
  const [refusal, setRefusal] = useState<string>();
  const [busy, start] = useTransition();
  const latest = useRef(0);

  // The page was read anew, by a refresh or after a change; one that another change overtook waits for that one's.
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

  /** Shows an order at once and saves it; goes back when it is refused. */
  const reorder = async (next: ModuleOutline[], before = modules) => {
    setModules(next);
    if (await change({ do: "order", modules: orderOf(next) })) setModules((now) => (now === next ? before : now));
  };

  return { modules, setModules, refusal, busy, change, reorder };
}
