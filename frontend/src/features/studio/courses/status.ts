export const STATUSES = ["draft", "published", "archived"] as const;
export type Status = (typeof STATUSES)[number];

export const STATUS_TONE = { draft: "warning", published: "success", archived: "neutral" } as const;

export function statusOf(value: string | string[] | undefined): Status | undefined {
  return STATUSES.find((status) => status === value);
}
