import { env } from "@/lib/env";
import type { CourseRead } from "@/lib/api/types";

/** Structured data about the course for search engines. It is never executed. */
export function StructuredData({ course }: { course: CourseRead }) {
  const json = JSON.stringify(describe(course)).replaceAll("<", "\\u003c");
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: json }} />;
}

function describe(course: CourseRead) {
  const url = `${env.PUBLIC_URL}/courses/${course.slug}`;
  return {
    "@context": "https://schema.org",
    "@type": "Course",
    name: course.title,
    description: course.subtitle || course.title,
    url,
    inLanguage: course.language,
    educationalLevel: course.level,
    provider: { "@type": "Organization", name: "EduPlatform", url: env.PUBLIC_URL },
    author: { "@type": "Person", name: course.teacher_name, url: `${env.PUBLIC_URL}/teachers/${course.teacher_id}` },
    hasCourseInstance: {
      "@type": "CourseInstance",
      courseMode: "online",
      courseWorkload: `PT${Math.max(1, course.duration_minutes)}M`,
    },
    offers: {
      "@type": "Offer",
      category: course.is_free ? "Free" : "Paid",
      price: course.price ?? "0",
      priceCurrency: course.currency,
      url,
    },
    ...(course.review_count > 0 && {
      aggregateRating: { "@type": "AggregateRating", ratingValue: course.avg_rating, reviewCount: course.review_count },
    }),
  };
}
