const WINDOW_MS = 30 * 24 * 3600 * 1000;

/** Return whether a refund may be possible; the progress limit is checked by the service. */
export function mayBeRefunded(order: { status: string; completed_at: string | null }, now: number): boolean {
  return (
    order.status === "completed" && order.completed_at !== null && now - Date.parse(order.completed_at) < WINDOW_MS
  );
}
