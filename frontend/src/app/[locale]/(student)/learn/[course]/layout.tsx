import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import { FailurePanel } from "@/components/ui/failure-panel";
import { readCurriculum } from "@/features/course/data";
import { enterCourse } from "@/features/learn/access";
import { readLessonsDone } from "@/features/learn/data";
import { Player } from "@/features/learn/player";
import { lessonsOf } from "@/features/learn/resume";
import type { Failure } from "@/lib/api/result";
import { ClientMessages } from "@/lib/i18n/client-messages";

interface Props {
  params: Promise<{ course: string }>;
  children: ReactNode;
}

export default async function PlayerLayout({ params, children }: Props) {
  const access = await enterCourse((await params).course);
  if (!access.ok) return <Unavailable failure={access} />;
  const { course, enrollment } = access;
  const [curriculum, done] = await Promise.all([readCurriculum(course.id), readLessonsDone(course.id)]);
  if (!curriculum.ok) return <Unavailable failure={curriculum} />;
  if (!done.ok) return <Unavailable failure={done} />;
  const { modules } = curriculum.data;
  return (
    <ClientMessages areas={["learn"]}>
      <Player
        course={{ id: course.id, slug: course.slug, lessons: lessonsOf({ modules }), enrolled: enrollment !== null }}
        title={course.title}
        modules={modules}
        done={done.data.completed_lesson_ids}
      >
        {children}
      </Player>
    </ClientMessages>
  );
}

async function Unavailable({ failure }: { failure: Failure }) {
  const t = await getTranslations("learn.player");
  return (
    <div className="page py-16">
      <h1 className="mb-6 text-3xl">{t("lesson")}</h1>
      <FailurePanel failure={failure} />
    </div>
  );
}
