import "server-only";

import { cache } from "react";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

export const readMe = cache(async () => outcome((await asUser()).identity.GET("/me")));

export const readPreferences = cache(async () =>
  outcome((await asUser()).notification.GET("/notifications/preferences")),
);

export const readSessions = cache(async () =>
  outcome((await asUser()).identity.GET("/me/sessions", { params: { query: { limit: 50 } } })),
);
