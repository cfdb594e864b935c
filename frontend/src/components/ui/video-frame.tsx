import { useTranslations } from "next-intl";

import { isVideoUrl } from "@/lib/security/video-hosts";

/** A video from an allowed host; its space is reserved while it loads. */
export function VideoFrame({ url, title }: { url: string; title: string }) {
  const t = useTranslations("common.video");
  if (!isVideoUrl(url)) return <p className="text-soft">{t("blocked")}</p>;
  return (
    <iframe
      src={url}
      title={t("title", { title })}
      loading="lazy"
      allow="fullscreen; picture-in-picture; encrypted-media"
      allowFullScreen
      referrerPolicy="strict-origin-when-cross-origin"
      sandbox="allow-scripts allow-same-origin allow-presentation allow-popups"
      className="aspect-video w-full rounded-panel border-0 bg-sunken"
    />
  );
}
