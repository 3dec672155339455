/** From one record of counts in a listen log to the next. */
export const HEARTBEAT_MS = 5_000;
