import { z } from "zod";

import type { CourseRead, CourseUpdate, Currency } from "@/lib/api/types";
import { LEVELS } from "@/features/catalogue/filters";

export const CURRENCIES = [
  ...["USD", "EUR", "GBP", "CHF", "PLN", "RUB", "KZT", "UAH", "TRY", "INR", "BRL", "CAD", "AUD"],
] as Currency[];

/** Common languages of courses; a course may have another one. */
export const LANGUAGES = [
  "en",
  "ru",
  "ar",
  "de",
  "es",
  "fr",
  "hi",
  "it",
  "ja",
  "kk",
  "ko",
  "pl",
  "pt",
  "tr",
  "uk",
  "zh",
];

const MAX_TAGS = 20;

/** Messages for errors that only a course's form has. */
export interface FieldSentences {
  price: string;
  tags: string;
  cover: string;
  minutes: string;
}

/** Return the form as the service expects it. A course without a price is free. */
export function courseSchema(sentence: FieldSentences) {
  const price = z
    .string()
    .trim()
    .transform((text) => text.replace(",", "."))
    .refine((text) => text === "" || isPrice(text), { error: sentence.price });
  const tags = z
    .string()
    .transform((text) => [...new Set(text.split(",").map((tag) => tag.trim()))].filter(Boolean))
    .refine((list) => list.length <= MAX_TAGS && list.every((tag) => tag.length <= 40), { error: sentence.tags });
  return z.object({
    title: z.string().trim().min(1).max(200),
    subtitle: z.string().trim().max(300),
    description: z.string().max(20_000),
    category: z.string().transform((slug) => slug || null),
    language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/),
    level: z.enum(LEVELS),
    price,
    currency: z.enum(CURRENCIES),
    duration_minutes: z
      .string()
      .trim()
      .refine((text) => /^\d{0,6}$/.test(text) && Number(text) <= 100_000, { error: sentence.minutes })
      .transform(Number),
    tags,
    cover_url: z
      .string()
      .trim()
      .max(2000)
      .refine((text) => text === "" || isHttps(text), { error: sentence.cover })
      .transform((text) => text || null),
  });
}

const isPrice = (text: string) => /^\d{1,5}(\.\d{1,2})?$/.test(text) && Number(text) >= 0.5 && Number(text) <= 10_000;

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === "https:";
}

type Parsed = z.infer<ReturnType<typeof courseSchema>>;
export type CourseFields = Required<CourseUpdate>;

export function fieldsOfForm({ price, ...rest }: Parsed): CourseFields {
  return { ...rest, is_free: price === "", price: price === "" ? null : Number(price).toFixed(2) };
}

export function fieldsOfCourse(course: CourseRead): CourseFields {
  return {
    title: course.title,
    subtitle: course.subtitle,
    description: course.description,
    category: course.category,
    language: course.language,
    level: course.level,
    currency: course.currency as Currency,
    duration_minutes: course.duration_minutes,
    tags: course.tags,
    cover_url: course.cover_url,
    is_free: course.is_free,
    price: course.price,
  };
}

/** Return the value of a field as its control shows it. */
export function shownField(value: CourseFields[keyof CourseFields]): string {
  return Array.isArray(value) ? value.join(", ") : String(value ?? "");
}
