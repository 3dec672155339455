import type { KnownOfTest } from '../../../model/match.ts';
import { byteRateKnown } from '../../vocabulary/byte-rate.ts';
import type { ModuleSyntax } from '../syntax/syntax.ts';

/** The value of an option, where the module has it. */
export function optionValue({ options }: ModuleSyntax, wanted: string): string | undefined {
  return options.find(({ name }) => name === wanted)?.values[0];
}

/** Both kinds of packets exist, or moments; nothing is known of a plain one. */
const EITHER: KnownOfTest = { isEither: true };

const USUAL_BURST = 5;

export function limitKnown(module: ModuleSyntax): KnownOfTest {
  const burst = Number(optionValue(module, '--limit-burst') ?? USUAL_BURST);
  return { ifPlain: true, isEither: true, burst };
}

/** A rate of packets, or one of bytes that a whole handshake is within. */
export function hashlimitKnown(module: ModuleSyntax): KnownOfTest | undefined {
  const { options } = module;
  const rate = options.find(({ name }) => /^--hashlimit(?:-upto|-above)?$/.test(name));
  if (rate === undefined || options.some(({ name }) => name === '--hashlimit-rate-match')) return undefined;
  const [value = ''] = rate.values;
  // Before iptables 1.4.11 a limit from above was `! --hashlimit`.
  const ifPlain = (rate.name === '--hashlimit-above') === rate.isNegated;
  const [, count = '', unit] = /^(\d+)([km]?)b\/s/.exec(value) ?? [];
  if (unit !== undefined) return byteRateKnown(ifPlain, Number(count) * (BYTES[unit] ?? 1));
  if (!/^\d+(?:\/[a-z]+)?$/.test(value)) return undefined;
  const burst = Number(optionValue(module, '--hashlimit-burst') ?? USUAL_BURST);
  return { ifPlain, isEither: true, burst };
}

const BYTES: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2 };

/** The connection of the packet counts. */
export function connlimitKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const limit = options.find(({ name }) => /^--connlimit-(?:upto|above)$/.test(name));
  const [count = ''] = limit?.values ?? [];
  if (limit === undefined || !/^\d+$/.test(count)) return undefined;
  // Before iptables 1.4.11 a limit from below was `! --connlimit-above`.
  const isUpto = (limit.name === '--connlimit-upto') !== limit.isNegated;
  return { ifPlain: Number(count) >= 1 === isUpto };
}

/** Matches until so many bytes have passed. */
export function quotaKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const quota = options.find(({ name }) => name === '--quota');
  if (quota === undefined || !(Number(quota.values[0]) >= LARGEST_PACKET)) return undefined;
  return { ifPlain: !quota.isNegated, isEither: true };
}

const LARGEST_PACKET = 65_535;

/** A source is on no list before it came; what the packet itself put there counts once. */
export function recentKnown(module: ModuleSyntax, name: string): KnownOfTest {
  const count = Number(optionValue(module, '--hitcount') ?? 1);
  const list = `recent ${name}`;
  const isRemoved = module.options.some((option) => option.name === '--remove');
  return {
    ifPlain: false,
    ...(count > 1 ? {} : { list }),
    ...(isRemoved ? { takesOff: list } : isOfSource(module) ? { ownList: list, count } : {}),
  };
}

/** The list is of whole addresses of sources. */
export function isOfSource(module: ModuleSyntax): boolean {
  const mask = optionValue(module, '--mask');
  return (
    (mask === undefined || WHOLE.includes(mask)) && module.options.every(({ name }) => name !== '--rdest')
  );
}

const WHOLE = ['255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];

/** Clients send a TTL of 64, 128 or 255, and no path is longer than this. */
const LONGEST_PATH = 32;

export function ttlKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const [option, ...more] = options;
  if (option === undefined || more.length > 0) return undefined;
  const value = Number(option.values[0]);
  if (!(value > 1 && value < 255)) return undefined;
  const known = { isEither: true, field: 'ttl' } as const;
  if (option.name === '--ttl-gt' && value < 64 - LONGEST_PATH) return { ...known, ifPlain: true };
  if (option.name === '--ttl-lt' && value <= 64 - LONGEST_PATH) return { ...known, ifPlain: false };
  return known;
}

/** A plain packet has none. */
export function dscpKnown(module: ModuleSyntax): KnownOfTest | undefined {
  const [option, ...more] = module.options;
  if (option === undefined || more.length > 0) return undefined;
  const [value = ''] = option.values;
  const isNone = option.name === '--dscp' ? Number(value) === 0 : /^(?:be|cs0)$/i.test(value);
  return { ifPlain: isNone !== option.isNegated, isEither: true, field: 'dscp' };
}

/** `0x10/0x3f`: a plain packet has a field of zeros, to which Linux adds nothing before the handshake. */
export function tosKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const [option, ...more] = options;
  const [, value, mask = '255'] =
    /^(0x[\da-f]+|\d+)(?:\/(0x[\da-f]+|\d+))?$/i.exec(option?.values[0] ?? '') ?? [];
  if (option === undefined || value === undefined || more.length > 0) return undefined;
  const [wanted, of] = [Number(value), Number(mask)];
  if (wanted > 255 || of > 255 || of === 0 || (wanted & ~of) !== 0) return undefined;
  return { ifPlain: (wanted === 0) !== option.isNegated, isEither: true, field: 'dscp' };
}

/** From a bare header to what every link takes. */
const [SHORTEST, LONGEST] = [60, 1280];

export function lengthKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const [option] = options;
  const [, from = '', to = from] = /^(\d+)(?::(\d+))?$/.exec(option?.values[0] ?? '') ?? [];
  if (from === '' || option === undefined) return undefined;
  const [least, most] = [Number(from), Number(to)];
  const field = 'length';
  if (most < LEAST || least > MOST) return { ifPlain: option.isNegated, field };
  if (least <= LEAST && most >= MOST) return { ifPlain: !option.isNegated, field };
  const isSome = most >= SHORTEST && least <= LONGEST;
  const isAll = least <= SHORTEST && most >= LONGEST;
  return isSome && !isAll ? { ...EITHER, field } : undefined;
}

/** A plain packet has at least the headers of IP and UDP, and at most what a link takes that is not for jumbo frames. */
const [LEAST, MOST] = [28, 1500];

/** Without bounds it may be anywhere in the packet; a plain one has no longer text that a rule looks for. */
export function stringKnown(module: ModuleSyntax): KnownOfTest | undefined {
  const text = optionValue(module, '--string');
  const sought = text ?? optionValue(module, '--hex-string') ?? '';
  const from = Number(optionValue(module, '--from') ?? 0);
  const to = Number(optionValue(module, '--to') ?? LARGEST_PACKET);
  const isAnywhere = from === 0 && to >= LARGEST_PACKET;
  if (!isAnywhere || sought === '' || sought.length > 64) return undefined;
  const option = module.options.find(({ name }) => name === '--string' || name === '--hex-string');
  const isLong = text !== undefined && text.length >= SHORTEST_TEXT;
  return isLong ? { ...EITHER, ifPlain: option?.isNegated === true } : EITHER;
}

/** Numbers of a header may spell anything shorter. */
const SHORTEST_TEXT = 6;

/** Dates may be over; days and hours come again. */
export function timeKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const isOfDate = options.some(({ name }) => name.startsWith('--date') || name === '--monthdays');
  return isOfDate || options.length === 0 ? undefined : EITHER;
}

export function statisticKnown(module: ModuleSyntax): KnownOfTest | undefined {
  const probability = Number(optionValue(module, '--probability') ?? Number.NaN);
  const every = Number(optionValue(module, '--every') ?? Number.NaN);
  return (probability > 0.001 && probability < 0.999) || (every >= 2 && every <= 1000) ? EITHER : undefined;
}
