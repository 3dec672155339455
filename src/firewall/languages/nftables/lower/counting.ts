import { unknown, type KnownOfTest, type Match } from '../../../model/match.ts';
import { byteRateKnown } from '../../vocabulary/byte-rate.ts';
import type { CountingKind } from '../syntax/syntax.ts';
import type { TableContext } from './context.ts';

/** The test of `limit name "x"` and its like: all that name the object count by it together. */
export function objectTest(
  kind: CountingKind,
  name: string,
  text: string,
  { table: { family, name: table, objects } }: TableContext,
): Match {
  const known = KNOWN[kind](objects.get(`${kind} ${name}`) ?? '');
  return unknown(text, { code: 'earlier-packets' }, known, { shared: `${family} ${table} ${kind} ${name}` });
}

/** What is known of an object by what the listing has in its braces; nothing of what it has in another form. */
const KNOWN: Readonly<Record<CountingKind, (body: string) => KnownOfTest | undefined>> = {
  limit: (body) => {
    const [, over, rate, unit, burst, burstUnit = 'packets'] = LIMIT.exec(body) ?? [];
    if (rate === undefined) return undefined;
    const isOfPackets = unit === undefined;
    if (burst !== undefined && isOfPackets !== (burstUnit === 'packets')) return undefined;
    return limitKnown(over !== undefined, Number(rate), unit ?? null, Number(burst ?? USUAL_BURST));
  },
  quota: (body) => {
    const [, over, bytes, used] = QUOTA.exec(body) ?? [];
    return bytes === undefined ? undefined : quotaKnown(over !== undefined, used !== undefined);
  },
};

const LIMIT =
  /^rate (?:(over )|until )?(\d+)(?: ([km]?bytes))?\/(?:second|minute|hour|day|week)(?: burst (\d+) (packets|[km]?bytes))?$/;
const QUOTA = /^(?:(over )|until )?(\d+ [km]?bytes)(?:( used [1-9]\d* [km]?bytes)| used 0 [km]?bytes)?$/;

/**
 * A packet that comes alone passes a rate of packets; one of bytes lets a whole handshake pass, with the burst on top.
 * @param unit of bytes; null where packets are counted
 */
export function limitKnown(
  isOver: boolean,
  rate: number,
  unit: string | null,
  burst: number,
): KnownOfTest | undefined {
  if (unit !== null) return byteRateKnown(!isOver, rate * (BYTES[unit] ?? 1));
  return { ifPlain: !isOver, burst, ...(rate <= MAX_SENT ? { isEither: true } : {}) };
}

const BYTES: Readonly<Record<string, number>> = { kbytes: 1024, mbytes: 1024 ** 2 };

/** Whoever wants to exceed a limit sends as many packets in a unit of time. */
const MAX_SENT = 10_000;

export const USUAL_BURST = 5;

/** What was used of it may be all of it. */
export function quotaKnown(isOver: boolean, isUsed: boolean): KnownOfTest | undefined {
  return isUsed ? undefined : { ifPlain: !isOver, isEither: true };
}
