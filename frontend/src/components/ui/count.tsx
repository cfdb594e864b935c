import { useFormatter } from "next-intl";

/** Services count no further. */
const CAP = 10_000;

/** How many there are in a list; where the count ended, a plus says so. */
export function Count({ value }: { value: number }) {
  return (
    <>
      {useFormatter().number(value)}
      {value >= CAP && "+"}
    </>
  );
}
