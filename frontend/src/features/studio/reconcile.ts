/** The result for fields that two edits changed: another write happened between reading and saving. */
export type Reconciled<T> =
  /** The other write is the same as ours. */
  | { kind: "same" }
  /** The other write changed none of the fields: ours may overwrite it. */
  | { kind: "untouched" }
  /** These fields have the other write's values now. */
  | { kind: "conflict"; fields: (keyof T)[] };

/** Compares what was read, what is to be saved, and what the service has now. */
export function reconcile<T extends object>(read: T, mine: T, theirs: T): Reconciled<T> {
  const names = Object.keys(read) as (keyof T)[];
  const differ = (a: T, b: T, name: keyof T) => JSON.stringify(a[name]) !== JSON.stringify(b[name]);
  if (!names.some((name) => differ(mine, theirs, name))) return { kind: "same" };
  const fields = names.filter((name) => differ(read, theirs, name) && differ(mine, theirs, name));
  return fields.length > 0 ? { kind: "conflict", fields } : { kind: "untouched" };
}
