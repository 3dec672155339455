import { createHmac, randomBytes } from 'node:crypto';
import { ADDRESS_BITS, formatAddress, tryParseAddress, type Address } from '../net/address.ts';
import { isLinkLocal, isLoopback, isMulticast, isReserved } from '../net/special-addresses.ts';
import type { LinuxMachine } from './machine-file.ts';

/**
 * The machine with other addresses and without comments. An address becomes the same one everywhere, and two addresses share as
 * many leading bits as they did, so prefixes, routes and rules fit together as before; ranges stay ranges. Special addresses
 * (loopback, multicast, masks, the beginnings of private networks) stay. Nobody can undo it: the key is not kept. Names of
 * chains, sets, interfaces and programs stay, and so do addresses written as plain numbers.
 */
export function redactMachine(machine: LinuxMachine, key: Uint8Array = randomBytes(32)): LinuxMachine {
  const redacted = addressRedactor(
    machine.commands.flatMap(({ output, errors }) => [output, errors]),
    key,
  );
  return {
    ...machine,
    host: 'machine',
    isRedacted: true,
    commands: machine.commands.map((command) => ({
      ...command,
      output: redacted(withoutRemarks(command.output)),
      errors: redacted(withoutRemarks(command.errors)),
    })),
  };
}

/** Other addresses in place of those of any of the texts, the same everywhere. */
export function addressRedactor(
  texts: readonly string[],
  key: Uint8Array = randomBytes(32),
): (text: string) => string {
  const flips = new Map<string, boolean>();
  const isFlipped = (bits: string): boolean => {
    const known = flips.get(bits) ?? ((createHmac('sha256', key).update(bits).digest()[0] ?? 0) & 1) === 1;
    flips.set(bits, known);
    return known;
  };
  const mapped = addressMap(isFlipped, new Set(texts.flatMap(rangesIn)));
  const hardware = hardwareMap();
  return (text) =>
    text
      .replaceAll(HARDWARE_ADDRESS, hardware)
      .replaceAll(ADDRESS, (_, address: string, rest: string | undefined, length: string | undefined) =>
        [mapped(address, length), rest ?? '', length ?? ''].join(''),
      );
}

const IPV4 = String.raw`(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)`;
const IPV6 = String.raw`(?<![\w:.])(?=[\da-fA-F:]*:[\da-fA-F]*:)[\da-fA-F:]+(?:\.\d{1,3}){0,3}(?![\w:])`;
/** An address, and the length of its prefix: `A/24`, in JSON of nft, and in JSON of ip. */
const ADDRESS = new RegExp(
  String.raw`(${IPV4}|${IPV6})(?:(/|", ?"len": ?|","srclen":)(\d{1,3})\b(?!\.))?`,
  'g',
);
const RANGE = new RegExp(`(${IPV4}|${IPV6})-(${IPV4}|${IPV6})`, 'g');
const HARDWARE_ADDRESS = /(?<![\w:])[\da-fA-F]{2}(?::[\da-fA-F]{2}){5}(?![\w:])/g;

/** Texts that people wrote: comments and log prefixes, as iptables-save, nft and nft -j print them. */
export function withoutRemarks(text: string): string {
  return text
    .replaceAll(/(--(?:comment|log-prefix|nflog-prefix)) (?:"(?:[^"\\\n]|\\.)*"|\S+)/g, '$1 "redacted"')
    .replaceAll(/\b(comment|prefix) "[^"\n]*"/g, '$1 "redacted"')
    .replaceAll(/("(?:comment|prefix)"\s*:\s*)"(?:[^"\\\n]|\\.)*"/g, '$1"redacted"');
}

/** The leading bits that both ends of each range share: below them nothing may change places. */
function rangesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(RANGE), ({ 1: first = '', 2: last = '' }) => {
    const [low, high] = [tryParseAddress(first), tryParseAddress(last)];
    if (low === undefined || high?.family !== low.family) return [];
    const [a, b] = [bitsOf(low), bitsOf(high)];
    const length = Array.from(a).findIndex((bit, index) => bit !== b[index]);
    return [`${low.family} ${a.slice(0, length < 0 ? a.length : length)}`];
  }).flat();
}

/**
 * @param frozen leading bits below which addresses stay as they are among each other
 * @returns an address for an address; one that begins the network of that length begins it there, too
 */
function addressMap(
  isFlipped: (bits: string) => boolean,
  frozen: ReadonlySet<string>,
): (text: string, length: string | undefined) => string {
  const known = new Map<string, string>();
  const find = (text: string, length: number | null): string => {
    const address = tryParseAddress(text);
    if (address === undefined) return text;
    const { family } = address;
    const bits = bitsOf(address);
    const kept = keptBits(address);
    const isNetwork = length !== null && !bits.slice(length).includes('1');
    let isFrozen = false;
    const mapped = Array.from(bits, (bit, index) => {
      const before = `${family} ${bits.slice(0, index)}`;
      isFrozen ||= frozen.has(before);
      const isKept = index < kept || isFrozen || (isNetwork && index >= length);
      return isKept || !isFlipped(before) ? bit : bit === '0' ? '1' : '0';
    });
    return formatAddress({ family, value: BigInt(`0b${mapped.join('')}`) });
  };
  return (text, length) => {
    const key = `${text}/${length ?? ''}`;
    const found = known.get(key) ?? find(text, length === undefined ? null : Number(length));
    known.set(key, found);
    return found;
  };
}

/** How many leading bits say what kind of address it is. */
function keptBits(address: Address): number {
  const { family, value } = address;
  const all = ADDRESS_BITS[family];
  if (value === 0n || isLoopback(address) || isMulticast(address)) return all;
  if (family === 4) {
    const first = Number(value >> 24n);
    // Masks are reserved addresses; then the octets that private and special networks share with others.
    return first === 0 || isReserved(address) ? all : [100, 169, 172, 192].includes(first) ? 16 : 8;
  }
  return isLinkLocal(address) ? 64 : value >> 112n === 0x64n ? 96 : 16;
}

function bitsOf({ family, value }: Address): string {
  return value.toString(2).padStart(ADDRESS_BITS[family], '0');
}

/** Numbered in the order they come; all zeros and all ones stay. */
function hardwareMap(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const key = text.toLowerCase();
    if (/^(?:00:){5}00$|^(?:ff:){5}ff$/.test(key)) return text;
    const number = (known.size + 1).toString(16).padStart(6, '0');
    const found = known.get(key) ?? `02:00:00:${number.match(/../g)?.join(':') ?? ''}`;
    known.set(key, found);
    return found;
  };
}
