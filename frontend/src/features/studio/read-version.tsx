"use client";

import { useFormState } from "@/components/ui/form";

/** Which version the form was made from; after a conflict, which one the next submit goes over. */
export function ReadVersion({ version, read }: { version: string; read: string }) {
  const { values } = useFormState();
  return (
    <>
      <input type="hidden" name="version" value={values.version ?? version} />
      <input type="hidden" name="read" value={values.read ?? read} />
    </>
  );
}
