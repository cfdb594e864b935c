import type { ReactNode } from "react";

import { Sections } from "@/features/admin/sections";
import { ClientMessages } from "@/lib/i18n/client-messages";

export default function AdminLayout({ children }: { children: ReactNode }) {
  return (
    <ClientMessages areas={["admin"]}>
      <div className="page pt-4 pb-20">
        <Sections />
        {children}
      </div>
    </ClientMessages>
  );
}
