/** The only hosts whose pages may be framed; the course service accepts no others. */
export const VIDEO_HOSTS = ["www.youtube-nocookie.com", "www.youtube.com", "player.vimeo.com"] as const;

export function isVideoUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === "https:" && VIDEO_HOSTS.some((host) => host === url.host);
}
