import type { System } from '../../system/system.ts';

/** A token bucket: `burst` at once, then `perSecond`. */
export interface TokenBucket {
  /** Takes one; false when there is none left. */
  take(): boolean;
}

export function tokenBucket(
  { burst, perSecond }: { readonly burst: number; readonly perSecond: number },
  system: System,
): TokenBucket {
  let tokens = burst;
  let filledMs = system.monotonicMs();
  return {
    take() {
      const nowMs = system.monotonicMs();
      tokens = Math.min(burst, tokens + ((nowMs - filledMs) / 1000) * perSecond);
      filledMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
