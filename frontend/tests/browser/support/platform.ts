import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The platform's folder on this machine; `./edu test` names it. */
const STATE = process.env.EDU_STATE ?? join(import.meta.dirname, "../../../../.edu");

interface Run {
  processes: { name: string; pid: number }[];
}

function pidOf(service: string): number {
  const run = JSON.parse(readFileSync(join(STATE, "run.json"), "utf8")) as Run;
  return run.processes.find(({ name }) => name === service)!.pid;
}

/** The service hangs, which is worse than being gone: it takes connections and never answers. */
export async function whileHanging(service: string, act: () => Promise<void>): Promise<void> {
  const pid = pidOf(service);
  process.kill(pid, "SIGSTOP");
  try {
    await act();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** The path of the link to this page in the newest mail to this address that has one. Mails still written are no .eml. */
export function linkByMail(to: string, page: string): string | undefined {
  const folder = join(STATE, "mail");
  const mails = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  for (const name of mails.sort().reverse()) {
    const mail = readFileSync(join(folder, name), "utf8");
    if (!mail.includes(`<${to}>`)) continue;
    const link = new RegExp(String.raw`https?://[^/\s]+(${page}\?token=[\w-]+)`).exec(plain(mail));
    if (link) return link[1];
  }
  return undefined;
}

/** Takes back what quoted-printable does to a text. */
const plain = (mail: string) =>
  mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
