import { useFormatter, useTranslations } from "next-intl";

import { Progress } from "@/components/ui/progress";
import type { RosterEntry } from "@/lib/api/types";

/** The students of a course and their progress. On narrow screens each student is a block. */
export function Roster({ students }: { students: RosterEntry[] }) {
  const t = useTranslations("studio.students");
  return (
    <table className="w-full text-left text-[0.9375rem] max-sm:block">
      <thead className="border-b border-rule-strong text-sm text-soft max-sm:sr-only">
        <tr>
          {(["name", "progress", "enrolled", "active"] as const).map((column) => (
            <th key={column} scope="col" className="py-2 pr-6 font-medium">
              {t(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {students.map((student) => (
          <Student key={student.student_id} student={student} />
        ))}
      </tbody>
    </table>
  );
}

function Student({ student }: { student: RosterEntry }) {
  const t = useTranslations("studio.students");
  const format = useFormatter();
  const day = (value: string) => format.dateTime(new Date(value), "day");
  const name = student.name || t("nameless");
  return (
    <tr className="border-b border-rule align-top max-sm:block max-sm:py-4">
      <th scope="row" className="max-w-80 py-3 pr-6 font-medium break-words max-sm:block max-sm:py-0">
        {name}
      </th>
      <td className="py-3 pr-6 max-sm:block max-sm:py-1">
        <span className="flex min-h-[1.5em] max-w-60 items-center gap-3">
          <Progress value={student.progress} label={t("progressOf", { name })} />
          <span className="min-w-20 text-sm whitespace-nowrap tabular-nums">
            {t("lessons", { done: student.completed_lessons, total: student.total_lessons })}
          </span>
        </span>
      </td>
      <td className="py-3 pr-6 whitespace-nowrap max-sm:block max-sm:py-0 max-sm:text-sm max-sm:text-soft">
        <span className="sm:hidden">{t("enrolled")}: </span>
        {day(student.enrolled_at)}
      </td>
      <td className="py-3 whitespace-nowrap max-sm:block max-sm:py-0 max-sm:text-sm max-sm:text-soft">
        <span className="sm:hidden">{t("active")}: </span>
        {student.last_activity_at ? day(student.last_activity_at) : t("never")}
      </td>
    </tr>
  );
}
