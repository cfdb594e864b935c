import { NextIntlClientProvider } from "next-intl";
import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";

import type { Area } from "./messages";

/**
 * Provides the messages of these areas, and `common`, to the client components below it.
 *
 * Server components do not need it: they have all messages. Areas listed here are sent to the browser.
 */
export async function ClientMessages({ areas, children }: { areas: Area[]; children: ReactNode }) {
  const all = await getMessages();
  const picked = Object.fromEntries((["common", ...areas] as const).map((area) => [area, all[area]]));
  return <NextIntlClientProvider messages={picked}>{children}</NextIntlClientProvider>;
}
