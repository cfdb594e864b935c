import type { Lesson } from "@/lib/api/types";

import { type LessonFields, lessonFields } from "./lesson-fields";
import { requestLesson, type Saved, saveLesson } from "./lesson-request";
import { reconcile } from "../reconcile";

type SaveState = "saved" | "unsaved" | "saving" | "unreachable" | "signedOut" | "gone" | "conflict" | "invalid";

export interface Snapshot {
  fields: LessonFields;
  state: SaveState;
  /** Invalid fields, which are not saved; the others are. */
  invalid: ReadonlySet<string>;
  /** In a conflict, the lesson as another window saved it. */
  theirs?: Lesson;
  /** The video's URL in the form that pages embed. */
  video: string | null;
  /** Text that was not saved last time has been restored. */
  restored: boolean;
}

const QUIET_MS = 1200;
const AGAIN_MS = 5000;

/** Lessons as last saved here: the browser may show a cached page that was rendered earlier. */
const lastSaved = new Map<string, Lesson>();

/**
 * The text of a lesson on its way to the service.
 *
 * It is saved when typing pauses, and when the page is left. Until the service has it, it is also stored in this
 * browser, and restored after a crash. A version of another window is never overwritten without confirmation.
 */
export class LessonDraft {
  private snapshot: Snapshot;
  private version: number;
  /** The lesson in the service. */
  private server: LessonFields;
  /** The lesson as typed when the service saved it. */
  private taken: LessonFields;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending = false;
  private readonly listeners = new Set<() => void>();

  private readonly id: string;

  constructor(rendered: Lesson) {
    this.id = rendered.id;
    const known = lastSaved.get(rendered.id);
    const lesson = known && known.version > rendered.version ? known : rendered;
    this.version = lesson.version;
    this.server = this.taken = lessonFields(lesson);
    this.snapshot = {
      fields: this.server,
      state: "saved",
      invalid: new Set(),
      video: lesson.video_url,
      restored: false,
    };
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = () => this.snapshot;

  /** Whether the service saved anything that pages rendered before do not show. */
  get savedAnything(): boolean {
    return lastSaved.has(this.id);
  }

  /** Restore unsaved text, and save when the page is left; return a function that stops this. */
  start(): () => void {
    this.restore();
    const leave = () => document.visibilityState === "hidden" && void this.save(true);
    document.addEventListener("visibilitychange", leave);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      void this.save(true);
    };
  }

  change(fields: Partial<LessonFields>): void {
    const invalid = new Set([...this.snapshot.invalid].filter((name) => !(name in fields)));
    const state = this.snapshot.state === "conflict" ? "conflict" : "unsaved";
    this.show({ fields: { ...this.snapshot.fields, ...fields }, invalid, state });
    this.keep();
    if (state !== "conflict") this.schedule(QUIET_MS);
  }

  /** Resolves a conflict with the text of this window. */
  keepMine(): void {
    const { theirs } = this.snapshot;
    if (!theirs) return;
    this.adopt(theirs);
    this.show({ theirs: undefined, state: "unsaved" });
    void this.save();
  }

  /** Resolves a conflict with the other window's text. */
  takeTheirs(): void {
    const { theirs } = this.snapshot;
    if (!theirs) return;
    this.adopt(theirs);
    this.taken = this.server;
    this.show({ fields: this.server, theirs: undefined, state: "saved", video: theirs.video_url, invalid: new Set() });
    this.forget();
  }

  async save(last = false): Promise<void> {
    clearTimeout(this.timer);
    const changes = this.changes();
    if (this.sending || this.snapshot.state === "conflict" || Object.keys(changes).length === 0) return this.settle();
    this.sending = true;
    this.show({ state: "saving" });
    const sent = this.snapshot.fields;
    const result = await saveLesson(this.id, this.version, changes, last);
    this.sending = false;
    await this.settled(result, { ...this.taken, ...pick(sent, Object.keys(changes)) });
  }

  private async settled(result: Saved, sent: LessonFields): Promise<void> {
    if (result.kind === "ok") return this.accepted(result.lesson, sent);
    if (result.kind === "overtaken") return this.overtaken();
    if (result.kind === "invalid") return this.refused(result.fields);
    this.show({ state: result.kind });
    if (result.kind === "unreachable") this.schedule(AGAIN_MS);
  }

  /** Skips fields that the service does not accept, and saves the rest. */
  private async refused(fields: string[]): Promise<void> {
    const known = fields.filter((name) => name in this.changes());
    if (known.length === 0) return this.show({ state: "unreachable" });
    this.show({ invalid: new Set([...this.snapshot.invalid, ...known]), state: "invalid" });
    return this.save();
  }

  private accepted(lesson: Lesson, sent: LessonFields): void {
    lastSaved.set(this.id, lesson);
    this.adopt(lesson);
    this.taken = sent;
    this.show({ video: lesson.video_url, restored: false });
    this.settle();
  }

  private async overtaken(): Promise<void> {
    const now = await requestLesson(this.id);
    if (now.kind !== "ok") return this.settled(now.kind === "overtaken" ? { kind: "unreachable" } : now, this.taken);
    const theirs = lessonFields(now.lesson);
    const { kind } = reconcile(this.server, this.snapshot.fields, theirs);
    if (kind === "conflict") return this.show({ state: "conflict", theirs: now.lesson });
    if (kind === "same") return this.accepted(now.lesson, this.snapshot.fields);
    this.adopt(now.lesson);
    return this.save();
  }

  /** Return what the service does not have yet, except what it would not accept. */
  private changes(): Partial<LessonFields> {
    const { fields, invalid } = this.snapshot;
    const names = (Object.keys(fields) as (keyof LessonFields)[]).filter((name) => fields[name] !== this.taken[name]);
    return pick(
      fields,
      names.filter((name) => !invalid.has(name)),
    );
  }

  /** No request is in progress: update the status, and continue when there is more to save. */
  private settle(): void {
    if (this.sending || this.snapshot.state === "conflict") return;
    if (Object.keys(this.changes()).length > 0) {
      this.keep();
      this.show({ state: "unsaved" });
      return this.schedule(QUIET_MS);
    }
    const invalid = this.snapshot.invalid.size > 0;
    this.show({ state: invalid ? "invalid" : "saved" });
    if (!invalid) this.forget();
  }

  private adopt(lesson: Lesson): void {
    this.version = lesson.version;
    this.server = lessonFields(lesson);
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), after);
  }

  private show(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.listeners.forEach((listener) => listener());
  }

  private get key() {
    return `lesson:${this.id}`;
  }

  private keep(): void {
    const { fields } = this.snapshot;
    stored(() =>
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, server: this.server, fields })),
    );
  }

  private forget(): void {
    stored(() => localStorage.removeItem(this.key));
  }

  private restore(): void {
    const text = stored(() => localStorage.getItem(this.key));
    if (!text) return;
    try {
      const kept = JSON.parse(text) as { version: number; server: LessonFields; fields: LessonFields };
      this.version = kept.version;
      this.server = this.taken = kept.server;
      this.show({ fields: kept.fields, state: "unsaved", restored: true });
      void this.save();
    } catch {
      this.forget();
    }
  }
}

function pick<T extends object>(from: T, names: string[]): Partial<T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))) as Partial<T>;
}

/** A browser may deny access to storage; saving still works. */
function stored<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
