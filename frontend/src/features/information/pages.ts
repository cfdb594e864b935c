import "server-only";

import { env } from "@/lib/env";

export type InformationPage = "about" | "help" | "terms" | "privacy";

/** The operator's own page, which replaces the site's. */
export const OPERATOR_URLS: Record<InformationPage, string | undefined> = {
  about: env.ABOUT_URL,
  help: env.HELP_URL,
  terms: env.TERMS_URL,
  privacy: env.PRIVACY_URL,
};
