import type { Formats } from "next-intl";

export const formats = {
  dateTime: {
    day: { day: "numeric", month: "long", year: "numeric" },
    moment: { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" },
  },
  number: {
    rating: { minimumFractionDigits: 1, maximumFractionDigits: 1 },
    percent: { style: "percent", maximumFractionDigits: 0 },
  },
} satisfies Formats;
