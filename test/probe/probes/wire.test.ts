import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DATAGRAM_BYTES,
  decodeDatagram,
  encodeDatagram,
  formatNonce,
} from '../../../src/probe/probes/wire.ts';

const nonce = fc.uint8Array({ minLength: 16, maxLength: 16 });
const kind = fc.constantFrom('request' as const, 'reply' as const);

test('what is encoded is decoded, and question and answer are equally long', () => {
  fc.assert(
    fc.property(kind, nonce, (kind, nonce) => {
      const bytes = encodeDatagram({ kind, nonce });
      expect(bytes).toHaveLength(DATAGRAM_BYTES);
      expect(decodeDatagram(bytes)).toEqual({ kind, nonce });
    }),
  );
});

test('a datagram with any byte before the nonce changed is not ours, unless it turns a request into a reply', () => {
  const bytes = encodeDatagram({ kind: 'request', nonce: new Uint8Array(16) });
  for (let index = 0; index < 6; index += 1) {
    for (let value = 0; value < 256; value += 1) {
      if (value === bytes[index]) continue;
      const changed = Uint8Array.from(bytes);
      changed[index] = value;
      const isReply = index === 5 && value === 2;
      expect(decodeDatagram(changed)?.kind).toBe(isReply ? 'reply' : undefined);
    }
  }
});

test('other lengths are not ours', () => {
  const bytes = encodeDatagram({ kind: 'request', nonce: new Uint8Array(16) });
  for (const length of [0, 1, 5, 21]) expect(decodeDatagram(bytes.slice(0, length))).toBeUndefined();
  expect(decodeDatagram(Uint8Array.from([...bytes, 0]))).toBeUndefined();
});

test('random bytes are not ours', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(decodeDatagram(bytes)).toBeUndefined();
    }),
  );
});

test('a nonce of another length is a mistake of ours', () => {
  expect(() => encodeDatagram({ kind: 'request', nonce: new Uint8Array(15) })).toThrow(RangeError);
});

test('nonces are written in hex', () => {
  expect(formatNonce(Uint8Array.from([0, 1, 0xab, 0xff]))).toBe('0001abff');
});
