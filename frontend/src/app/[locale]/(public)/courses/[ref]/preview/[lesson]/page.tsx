import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";

import { FailurePanel } from "@/components/ui/failure-panel";
import { Markdown } from "@/components/ui/markdown";
import { VideoFrame } from "@/components/ui/video-frame";
import { NextStep } from "@/features/course/buy-box";
import { readCourse, readLesson, readStanding } from "@/features/course/data";
import { Link } from "@/lib/i18n/navigation";
import { pageMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ ref: string; lesson: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { ref, lesson: id } = await params;
  const [t, lesson, course] = await Promise.all([getTranslations("course"), readLesson(id), readCourse(ref)]);
  if (!lesson.ok || !course.ok) return { title: t("fallbackTitle") };
  const title = lesson.data.title;
  const description = t("preview.description", { lesson: title, course: course.data.title });
  return pageMetadata({ title, description, path: `/courses/${course.data.slug}/preview/${id}` });
}

/** A lesson that everyone may read. */
export default async function PreviewPage({ params }: Props) {
  const { ref, lesson: id } = await params;
  const [t, course, lesson] = await Promise.all([getTranslations("course"), readCourse(ref), readLesson(id)]);
  if (!course.ok || !lesson.ok) {
    return (
      <div className="page-narrow space-y-6 py-16">
        <h1 className="text-3xl">{t("fallbackTitle")}</h1>
        {!course.ok && <FailurePanel failure={course} />}
        {course.ok && !lesson.ok && <FailurePanel failure={lesson} />}
      </div>
    );
  }
  if (lesson.data.course_id !== course.data.id) notFound();
  const standing = await readStanding(course.data);
  return (
    <article className="page-narrow py-10 sm:py-14">
      <p className="eyebrow">
        {t.rich("preview.of", {
          course: course.data.title,
          link: (title) => (
            <Link href={`/courses/${course.data.slug}`} className="inline-block py-1 link">
              {title}
            </Link>
          ),
        })}
      </p>
      <h1 className="mt-2 mb-8 text-3xl sm:text-4xl">{lesson.data.title}</h1>
      {lesson.data.video_url && (
        <div className="mb-8">
          <VideoFrame url={lesson.data.video_url} title={lesson.data.title} />
        </div>
      )}
      <Markdown>{lesson.data.content}</Markdown>
      <div className="mt-14 max-w-xs border-t border-rule pt-8">
        <p className="mb-4 font-serif text-xl font-semibold">{t("preview.goOn")}</p>
        <NextStep course={course.data} standing={standing} />
      </div>
    </article>
  );
}
