import type { KnownOfTest } from '../../../model/match.ts';
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

/** A rate of packets; one of bytes may be less than a single packet has. */
export function hashlimitKnown(module: ModuleSyntax): KnownOfTest | undefined {
  const { options } = module;
  const rate = options.find(({ name }) => /^--hashlimit(?:-upto|-above)?$/.test(name));
  const isOfPackets = /^\d+(?:\/[a-z]+)?$/.test(rate?.values[0] ?? '');
  if (rate === undefined || rate.isNegated || !isOfPackets) return undefined;
  if (options.some(({ name }) => name === '--hashlimit-rate-match')) return undefined;
  const burst = Number(optionValue(module, '--hashlimit-burst') ?? USUAL_BURST);
  return { ifPlain: rate.name !== '--hashlimit-above', isEither: true, burst };
}

/** The connection of the packet counts. */
export function connlimitKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const limit = options.find(({ name }) => /^--connlimit-(?:upto|above)$/.test(name));
  const [count = ''] = limit?.values ?? [];
  if (limit === undefined || limit.isNegated || !/^\d+$/.test(count)) return undefined;
  return { ifPlain: Number(count) >= 1 === (limit.name === '--connlimit-upto') };
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

/** From a bare header to what every link takes. */
const [SHORTEST, LONGEST] = [60, 1280];

export function lengthKnown({ options }: ModuleSyntax): KnownOfTest | undefined {
  const [option] = options;
  const [, from = '', to = from] = /^(\d+)(?::(\d+))?$/.exec(option?.values[0] ?? '') ?? [];
  if (from === '' || option === undefined) return undefined;
  const [least, most] = [Number(from), Number(to)];
  const isSome = most >= SHORTEST && least <= LONGEST;
  const isAll = least <= SHORTEST && most >= LONGEST;
  return isSome && !isAll ? { ...EITHER, field: 'length' } : undefined;
}

/** Without bounds it may be anywhere in the packet. */
export function stringKnown(module: ModuleSyntax): KnownOfTest | undefined {
  const text = optionValue(module, '--string') ?? optionValue(module, '--hex-string') ?? '';
  const isAnywhere = module.options.every(({ name }) => name !== '--from' && name !== '--to');
  return isAnywhere && text !== '' && text.length <= 64 ? EITHER : undefined;
}

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
