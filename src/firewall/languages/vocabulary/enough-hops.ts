/** A packet that a rule leaves this many hops gets to every host it may be for. */
export const ENOUGH_HOPS = 32;
