import { Download } from "lucide-react";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";

/** Downloads a certificate in the page's language; if its letters cannot be printed, its page is shown instead. */
export async function PdfLink(props: { code: string; label?: string; className?: string; children: ReactNode }) {
  return (
    <a
      href={`/api/enrollment/certificates/${encodeURIComponent(props.code)}.pdf?lang=${await getLocale()}`}
      aria-label={props.label}
      className={buttonClass("secondary", "print:hidden", props.className ?? "")}
    >
      <Download aria-hidden className="size-4" />
      {props.children}
    </a>
  );
}
