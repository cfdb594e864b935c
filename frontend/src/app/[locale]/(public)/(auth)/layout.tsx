import type { ReactNode } from "react";

import { ClientMessages } from "@/lib/i18n/client-messages";

/** Layout of pages with one small form. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <ClientMessages areas={["auth"]}>
      <div className="mx-auto w-full max-w-md px-4 py-16 sm:py-24">{children}</div>
    </ClientMessages>
  );
}
