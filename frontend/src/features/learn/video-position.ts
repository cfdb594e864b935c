/** The embed's address so that it starts at `seconds` and tells the page how far it has come. */
export function startingAt(url: string, seconds: number): string {
  const address = new URL(url);
  if (address.host === "player.vimeo.com") {
    address.hash = seconds > 0 ? `t=${seconds}s` : "";
    return address.href;
  }
  address.searchParams.set("enablejsapi", "1");
  if (seconds > 0) address.searchParams.set("start", String(seconds));
  return address.href;
}

/** What the two hosts' players want to be told before they report where they are. */
export const REQUESTS = [
  JSON.stringify({ event: "listening", id: 1, channel: "widget" }),
  JSON.stringify({ method: "addEventListener", value: "timeupdate" }),
];

interface Report {
  event?: unknown;
  info?: { currentTime?: unknown } | null;
  data?: { seconds?: unknown } | null;
}

/** The whole seconds that a player's message tells of; null when it tells of something else. */
export function secondsIn(message: unknown): number | null {
  const report = (typeof message === "string" ? parsed(message) : message) as Report | null;
  if (typeof report !== "object" || report === null) return null;
  const seconds = report.event === "timeupdate" ? report.data?.seconds : report.info?.currentTime;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? Math.floor(seconds) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
