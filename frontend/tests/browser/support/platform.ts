import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Client } from "pg";

/** The platform's folder on this machine; `./edu test` sets it. */
const STATE = process.env.EDU_STATE ?? join(import.meta.dirname, "../../../../.edu");

interface Run {
  processes: { name: string; pid: number }[];
  postgres_port: number;
}

interface Secrets {
  database_passwords: Record<string, string>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(STATE, file), "utf8"));

function pidOf(service: string): number {
  const run = read("run.json") as Run;
  return run.processes.find(({ name }) => name === service)!.pid;
}

/** Suspend the service, which is worse than stopping it: it accepts connections and never responds. */
export async function whileHanging(service: string, act: () => Promise<void>): Promise<void> {
  const pid = pidOf(service);
  process.kill(pid, "SIGSTOP");
  try {
    await act();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** Insert more reviews than a test could request one by one, directly into the database, with the course's totals. */
export async function giveReviews(courseId: string, count: number): Promise<void> {
  const client = new Client({
    host: "127.0.0.1",
    port: (read("run.json") as Run).postgres_port,
    database: "course",
    user: "course",
    password: (read("keys/secrets.json") as Secrets).database_passwords.course,
  });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO reviews (id, course_id, student_id, author_name, rating, comment)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'Student ' || number, 1 + number % 5, 'Opinion ' || number
       FROM generate_series(1, $2::int) AS number`,
      [courseId, count],
    );
    await client.query(
      `UPDATE courses SET (review_count, rating_sum) =
         (SELECT count(*), sum(rating) FROM reviews WHERE course_id = courses.id) WHERE id = $1`,
      [courseId],
    );
  } finally {
    await client.end();
  }
}

/**
 * Return the path of the link to this page in the newest mail to this e-mail address that has one. Mails that are still
 * being written have no .eml.
 */
export function linkByMail(to: string, page: string): string | undefined {
  const folder = join(STATE, "mail");
  const mails = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  for (const name of mails.sort().reverse()) {
    const mail = readFileSync(join(folder, name), "utf8");
    if (!/^To: .*$/m.exec(mail)?.[0].includes(to)) continue;
    const link = new RegExp(String.raw`https?://[^/\s]+(${page}\?token=[\w-]+)`).exec(plain(mail));
    if (link) return link[1];
  }
  return undefined;
}

/** Decode quoted-printable text. */
const plain = (mail: string) =>
  mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
