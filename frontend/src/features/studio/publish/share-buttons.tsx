"use client";

import { Check, Link2, Share2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";

import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";

const never = () => () => undefined;

/** Return whether a script runs, and whether the browser has a dialog to share links; neither on the server. */
function useAbilities() {
  const scripted = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return { scripted, shares: scripted && "share" in navigator };
}

/** Buttons that copy and share a link. Without JavaScript there are none: show the link beside them. */
export function ShareButtons({ url, title }: { url: string; title: string }) {
  const t = useTranslations("studio.publish.share");
  const { scripted, shares } = useAbilities();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setCopied(true);
      toast(t("copied"));
    } catch {
      // Without HTTPS or the permission there is no clipboard.
      prompt(t("copyByHand"), url);
    }
  };
  // Closing the browser's dialog is an exception, too.
  const share = () => navigator.share({ url, title }).catch(() => undefined);
  if (!scripted) return null;
  return (
    <>
      <Button look="secondary" onClick={copy}>
        {copied ? <Check aria-hidden className="size-4" /> : <Link2 aria-hidden className="size-4" />}
        {t("copy")}
      </Button>
      {shares && (
        <Button look="secondary" onClick={share}>
          <Share2 aria-hidden className="size-4" />
          {t("share")}
        </Button>
      )}
    </>
  );
}
