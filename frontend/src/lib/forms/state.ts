/** What a form shows after a submit. Values come back, since the browser empties a form that was sent. */
export interface FormState {
  values: Record<string, string>;
  /** By field name, translated. */
  errors: Record<string, string>;
  /** A sentence about the form as a whole, translated. */
  message?: string;
  /** Set after a success that stays on the page; another number each time. */
  done?: number;
}

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

export const UNTOUCHED: FormState = { values: {}, errors: {} };

export function hasTrouble(state: FormState): boolean {
  return state.message !== undefined || Object.keys(state.errors).length > 0;
}

/** Nothing is left to mend; `done` lets the page notice it. */
export function succeeded(values: Record<string, string> = {}): FormState {
  return { values, errors: {}, done: Date.now() };
}
