import { useFormatter } from "next-intl";

/** Services do not count further. */
const CAP = 10_000;

/** The number of items in a list; a plus follows where the count was capped. */
export function Count({ value }: { value: number }) {
  return (
    <>
      {useFormatter().number(value)}
      {value >= CAP && "+"}
    </>
  );
}
