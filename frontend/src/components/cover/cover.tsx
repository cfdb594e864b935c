import { clsx } from "clsx";
import { COVER_HEIGHT, COVER_WIDTH, coverArt } from "@/lib/covers/cover";

interface CoverProps {
  course: { title: string; category: string | null; cover_url?: string | null };
  className?: string;
  /** The first picture that users see on the page is loaded eagerly. */
  first?: boolean;
}

/**
 * A course's picture: the teacher's, or one drawn from category and title. Its alt text is empty, since the title is
 * beside it.
 */
export function Cover({ course, className, first = false }: CoverProps) {
  const shape = clsx("bg-sunken block aspect-video w-full object-cover", className);
  if (course.cover_url) {
    return (
      <img
        src={course.cover_url}
        alt=""
        width={COVER_WIDTH}
        height={COVER_HEIGHT}
        loading={first ? "eager" : "lazy"}
        referrerPolicy="no-referrer"
        className={shape}
      />
    );
  }
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${COVER_WIDTH} ${COVER_HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      className={shape}
      dangerouslySetInnerHTML={{ __html: coverArt(course.category ?? "", course.title) }}
    />
  );
}
