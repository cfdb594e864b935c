/** What a form shows after a submit. It includes the values, since the browser clears a form that was sent. */
export interface FormState {
  values: Record<string, string>;
  /** By field name, translated. */
  errors: Record<string, string>;
  /** The labels of the fields with errors, for the summary. */
  labels?: Record<string, string>;
  /** A message about the form as a whole, translated. */
  message?: string;
  /** Whether the session has ended: the form then offers to sign in in another tab. */
  signedOut?: boolean;
  /** Whether the values are valid and wait for a confirmation, which the next submit brings. */
  confirming?: boolean;
  /** Set after a success that stays on the page; another number each time. */
  done?: number;
}

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

export const UNTOUCHED: FormState = { values: {}, errors: {} };

export function hasTrouble(state: FormState): boolean {
  return state.message !== undefined || Object.keys(state.errors).length > 0;
}

/** Return the state after a success; `done` lets the page detect it. */
export function succeeded(values: Record<string, string> = {}): FormState {
  return { values, errors: {}, done: Date.now() };
}
