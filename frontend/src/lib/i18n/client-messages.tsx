import { NextIntlClientProvider } from "next-intl";
import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";

import type { Area } from "./messages";

/**
 * Gives client components below it the messages of these areas, and `common`.
 *
 * Server components need none of this: they have all messages. What is named here is sent to the browser.
 */
export async function ClientMessages({ areas, children }: { areas: Area[]; children: ReactNode }) {
  const all = await getMessages();
  const picked = Object.fromEntries((["common", ...areas] as const).map((area) => [area, all[area]]));
  return <NextIntlClientProvider messages={picked}>{children}</NextIntlClientProvider>;
}
