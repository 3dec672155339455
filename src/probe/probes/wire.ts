/**
 * The datagram a UDP probe sends and a stand-in answers: magic, version, kind, nonce. Request and reply are equally
 * long, so whoever answers them can't be used to amplify traffic, and a reply is never answered.
 */
export interface ProbeDatagram {
  readonly kind: 'request' | 'reply';
  /** {@link NONCE_BYTES} random bytes that tie an answer to its question. */
  readonly nonce: Uint8Array;
}

export const NONCE_BYTES = 16;

/** Length of every datagram of this protocol. */
export const DATAGRAM_BYTES = 22;

const MAGIC = [0x56, 0x57, 0x41, 0x55] as const; // "VWAU"
const VERSION = 1;
const KINDS = { request: 1, reply: 2 } as const satisfies Record<ProbeDatagram['kind'], number>;

export function encodeDatagram({ kind, nonce }: ProbeDatagram): Uint8Array {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`a nonce has ${NONCE_BYTES} bytes`);
  const bytes = new Uint8Array(DATAGRAM_BYTES);
  bytes.set([...MAGIC, VERSION, KINDS[kind]]);
  bytes.set(nonce, DATAGRAM_BYTES - NONCE_BYTES);
  return bytes;
}

/** `undefined` for anything that is not exactly one datagram of this version. */
export function decodeDatagram(bytes: Uint8Array): ProbeDatagram | undefined {
  if (bytes.length !== DATAGRAM_BYTES || bytes[4] !== VERSION) return undefined;
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return undefined;
  const nonce = bytes.slice(DATAGRAM_BYTES - NONCE_BYTES);
  if (bytes[5] === KINDS.request) return { kind: 'request', nonce };
  return bytes[5] === KINDS.reply ? { kind: 'reply', nonce } : undefined;
}

/** As listen logs and reports write it: lower-case hex. */
export function formatNonce(nonce: Uint8Array): string {
  return Array.from(nonce, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
