import { Link } from "@/lib/i18n/navigation";

/** The mark is an open book reduced to two quarters of a circle. */
export function Logo() {
  return (
    <Link href="/" className="flex min-h-11 items-center gap-2.5">
      <svg aria-hidden viewBox="0 0 24 24" className="size-6">
        <path d="M11 21A9 9 0 0 0 2 12V5a9 9 0 0 1 9 9z" className="fill-accent" />
        <path d="M13 21a9 9 0 0 1 9-9V5a9 9 0 0 0-9 9z" className="fill-ink" />
      </svg>
      <span className="font-serif text-lg font-semibold tracking-tight">EduPlatform</span>
    </Link>
  );
}
