/** Expressions, sets and chains written in place nest a few levels in practice; the limit keeps the stack safe. */
export const MAX_LEVELS = 50;
