/** The points of a limiter that only counts. The caller compares the count with a limit that may change. */
export const countOnly = 2 ** 40;
