const WINDOW_MS = 30 * 24 * 3600 * 1000;

/** Whether asking for the money back may succeed; how much of the course is done, the service checks. */
export function mayBeRefunded(order: { status: string; completed_at: string | null }, now: number): boolean {
  return (
    order.status === "completed" && order.completed_at !== null && now - Date.parse(order.completed_at) < WINDOW_MS
  );
}
