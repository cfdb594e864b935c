import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";

export type Handle = ReturnType<typeof useDragged>["handle"];

/** A module or lesson that can be dragged: its handle, and its position meanwhile. */
export function useDragged(kind: "module" | "lesson", id: string) {
  const { setNodeRef, setActivatorNodeRef, listeners, transform, transition, isDragging } = useSortable({
    id,
    data: { kind },
  });
  return {
    box: setNodeRef,
    handle: { ...listeners, ref: setActivatorNodeRef },
    // None at rest: a page's HTML must not contain inline styles.
    shape: transform ? { transform: CSS.Translate.toString(transform), transition } : undefined,
    isDragging,
  };
}
