import { tokenBucket } from './token-bucket.ts';
import type { ConnectionRecord, HeldPort, HeldPortCounts } from './connection-record.ts';
import type { System } from '../../system/system.ts';

/** Counts and reports what happens at one held port. */
export interface Counter {
  contact(source: ConnectionRecord['source'], nonce: string | null): void;
  datagram(bytesIn: number, bytesOut: number): void;
  counts(): HeldPortCounts;
}

/** Reported one by one for each port: probes by the hundreds, but no flood. A flood of other traffic crowds out no probe. */
const REPORTED = { burst: 200, perSecond: 20 };

export function createCounter(
  held: HeldPort,
  onContact: (contact: ConnectionRecord) => boolean,
  system: System,
): Counter {
  const [probes, others] = [tokenBucket(REPORTED, system), tokenBucket(REPORTED, system)];
  let [contacts, unreported, bytesIn, bytesOut] = [0, 0, 0, 0];
  return {
    contact(source, nonce) {
      contacts += 1;
      const isReported =
        (nonce === null ? others : probes).take() &&
        onContact({ ...held, time: system.now(), source, nonce });
      if (!isReported) unreported += 1;
    },
    datagram(received, sent) {
      bytesIn += received;
      bytesOut += sent;
    },
    counts: () => ({ ...held, contacts, unreported, bytesIn, bytesOut }),
  };
}
