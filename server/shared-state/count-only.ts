/** The points of a limiter that only counts: whoever asks it compares with a limit that may change. */
export const countOnly = 2 ** 40;
