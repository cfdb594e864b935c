/** The page that an address asks for; the first one for anything that is none. */
export function pageOf(value: string | string[] | undefined): number {
  const page = Number(value);
  return Number.isInteger(page) && page >= 1 && page <= 200 ? page : 1;
}
