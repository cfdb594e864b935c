import type account from "@messages/en/account.json";
import type admin from "@messages/en/admin.json";
import type auth from "@messages/en/auth.json";
import type catalogue from "@messages/en/catalogue.json";
import type checkout from "@messages/en/checkout.json";
import type common from "@messages/en/common.json";
import type course from "@messages/en/course.json";
import type errors from "@messages/en/errors.json";
import type home from "@messages/en/home.json";
import type information from "@messages/en/information.json";
import type learn from "@messages/en/learn.json";
import type notifications from "@messages/en/notifications.json";
import type status from "@messages/en/status.json";
import type studio from "@messages/en/studio.json";
import type teacher from "@messages/en/teacher.json";

import type { formats } from "./formats";
import type { Locale } from "./routing";

interface English {
  account: typeof account;
  admin: typeof admin;
  auth: typeof auth;
  catalogue: typeof catalogue;
  checkout: typeof checkout;
  common: typeof common;
  course: typeof course;
  errors: typeof errors;
  home: typeof home;
  information: typeof information;
  learn: typeof learn;
  notifications: typeof notifications;
  status: typeof status;
  studio: typeof studio;
  teacher: typeof teacher;
}

// A key that is missing in English is a type error wherever it is used.
declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: English;
    Formats: typeof formats;
  }
}
