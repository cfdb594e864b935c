/** Return the embed's URL so that it starts at `seconds` and reports its position to the page. */
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

/** Return where a lesson's video was left; 0 when it has been replaced by another video. */
export function positionIn(
  { id, video_url }: { id: string; video_url: string | null },
  { positions, position_videos }: { positions: Record<string, number>; position_videos: Record<string, string> },
): number {
  const watched = position_videos[id];
  return watched === undefined || watched === video_url ? (positions[id] ?? 0) : 0;
}

/** The messages that the two hosts' players expect before they report their position. */
export const REQUESTS = [
  JSON.stringify({ event: "listening", id: 1, channel: "widget" }),
  JSON.stringify({ method: "addEventListener", value: "timeupdate" }),
];

interface Report {
  event?: unknown;
  info?: { currentTime?: unknown; duration?: unknown } | null;
  data?: { seconds?: unknown; duration?: unknown } | null;
}

const CREDITS_SECONDS = 10;

/** Read players' messages: return where to resume in whole seconds, or null for a message without a position. */
export function positionReader(): (message: unknown) => number | null {
  let length = Infinity; // YouTube reports the length of a video once and its position often
  return (message) => {
    const report = (typeof message === "string" ? parsed(message) : message) as Report | null;
    if (typeof report !== "object" || report === null) return null;
    const told = report.event === "timeupdate" ? report.data : report.info;
    const { duration } = told ?? {};
    if (isTime(duration) && duration > 0) length = duration;
    const seconds = report.event === "timeupdate" ? report.data?.seconds : report.info?.currentTime;
    if (!isTime(seconds)) return null;
    // A video watched to its end starts again; a player that has not started yet reports nothing.
    if (length - seconds <= Math.min(CREDITS_SECONDS, length / 10)) return 0;
    return Math.floor(seconds) || null;
  };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
