/** Why a course or review is reported; the service takes any text, so that further reasons need no new release. */
export const REASONS = ["spam", "offensive", "misleading", "copyright", "other"] as const;

export type Reason = (typeof REASONS)[number];

export const isReason = (text: string): text is Reason => (REASONS as readonly string[]).includes(text);
