/** Lists and facets count no further. */
export const COUNT_CAP = 10_000;
