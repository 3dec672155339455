import { z } from 'zod';
import {
  address,
  count,
  endpointId,
  port,
  text,
  textLike,
  time,
  transport,
  type Shaped,
} from '../../json-shape.ts';

/**
 * What `vwaudit listen` writes, one JSON document a line: a head, then contacts and, every few seconds, counts; a summary
 * at its end. Plain JSON in the key order that is printed. Types, reader and schema come from these definitions.
 */
const loggedPort = z.object({
  endpoint: endpointId,
  transport,
  port,
  address: address.describe('0.0.0.0 and :: (TCP only) stand for every address of the family'),
});

/** A port at an address, which is canonical text; the all-zero address (TCP only) stands for every address of its family. */
export type LoggedPort = Shaped<typeof loggedPort>;

const notHeld = z.object({
  ...loggedPort.shape,
  errno: text.describe("the system's code: EACCES, EADDRINUSE, …"),
  why: text.describe('who holds it, or what to do about it'),
});

/** A port that could not be held. */
export type NotHeld = Shaped<typeof notHeld>;

/** The first line. In the log it also has what every result starts with. */
export const listenHead = z.object({
  kind: z.literal('listen'),
  startedAt: time.describe('from here on all of `held` was held'),
  held: z.array(loggedPort),
  notHeld: z.array(notHeld),
});

export type ListenHead = Shaped<typeof listenHead>;

/** Somebody connected or sent a datagram. */
export const contactRecord = z
  .object({
    kind: z.literal('contact'),
    time,
    ...loggedPort.shape,
    source: text
      .nullable()
      .describe(
        '10.30.0.5:40000, [fd00:30::5]:40000; null where the connection was gone before it could be asked',
      ),
    nonce: textLike('32 hexadecimal digits', /^[0-9a-f]{32}$/)
      .nullable()
      .describe('of a probe of vwaudit check; null for anything else'),
  })
  .meta({ id: 'contact' });

export type ContactRecord = Shaped<typeof contactRecord>;

const loggedCounts = z
  .object({
    ...loggedPort.shape,
    contacts: count,
    unreported: count.describe('of the contacts: those without a line of their own'),
    bytesIn: count.describe('UDP payload'),
    bytesOut: count.describe('never more than bytesIn, for no source'),
  })
  .meta({ id: 'portCounts' });

/** All that happened at a port until the record's time. */
export type LoggedCounts = Shaped<typeof loggedCounts>;

/** A sign of life: where nothing is said of a port, nothing happened since the record before. */
export const countsRecord = z
  .object({ kind: z.literal('counts'), time, ports: z.array(loggedCounts) })
  .meta({ id: 'counts' });

export type CountsRecord = Shaped<typeof countsRecord>;

/** The last line: every held port, also where nothing happened. */
export const listenSummary = z
  .object({
    kind: z.literal('summary'),
    time,
    contacts: count,
    unreported: count,
    ports: z.array(loggedCounts),
  })
  .meta({ id: 'listenSummary' });

export type ListenSummary = Shaped<typeof listenSummary>;

export type ListenRecord = ListenHead | ContactRecord | CountsRecord | ListenSummary;
