import "server-only";

import { env } from "@/lib/env";

export const INFORMATION_PAGES = ["about", "help", "terms", "privacy"] as const;
export type InformationPage = (typeof INFORMATION_PAGES)[number];

/** The operator's own page, which replaces the site's. */
export const OPERATOR_URLS: Record<InformationPage, string | undefined> = {
  about: env.ABOUT_URL,
  help: env.HELP_URL,
  terms: env.TERMS_URL,
  privacy: env.PRIVACY_URL,
};
