import type { CaseCondition } from '../../../src/firewall/proof/cases/case-condition.ts';

/** A datagram and the moment it comes in. */
export interface Probe {
  readonly link: (typeof LINKS)[number];
  readonly source: (typeof SOURCES)[number];
  readonly sourcePort: (typeof SOURCE_PORTS)[number];
  readonly port: (typeof PORTS)[number] | typeof TRIGGER;
  readonly ttl: number;
  readonly dscp: number;
  readonly length: number;
  /** Behind so many like it that no limit lets more through. */
  readonly isAboveLimit: boolean;
  /** Its source has sent to {@link TRIGGER} before, for which rules put it on the list. */
  readonly isListed: boolean;
}

/** The server's ends of its cables. */
export const LINKS = ['v1b', 'v2b', 'v3b'] as const;
export const SOURCES = ['10.30.0.5', '10.30.0.6'] as const;
export const SERVER = '10.20.0.11';
export const PORTS = [10_200, 10_201] as const;
export const TRIGGER = 9999;
export const SOURCE_PORTS = [500, 1500, 30_000, 60_000] as const;
export const TTLS = [5, 64, 130] as const;
export const DSCPS = [0, 10, 46] as const;
export const LENGTHS = [60, 300, 900] as const;

/** A test as a rule writes it, and what it says to a datagram. */
interface Test {
  readonly text: string;
  readonly holds: (probe: Probe) => boolean;
}

export interface RandomRuleset {
  readonly dialect: 'nft' | 'iptables';
  /** As it is asked about. */
  readonly text: string;
  /** The output of `ipset save` that belongs to it, its sets named as for the nth time; null where it has none. */
  readonly sets: ((nth: number | '') => string) | null;
  /** As it is loaded for the nth time: lists of `recent` outlive the rules they are in. */
  readonly loaded: (nth: number) => string;
  readonly tests: readonly Test[];
  readonly hasLimit: boolean;
  readonly hasList: boolean;
}

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

/** Tests of every open dimension, in either language. */
function vocabulary(random: () => number): Readonly<Record<'nft' | 'iptables', readonly Test[]>> {
  const link = pick(random, LINKS);
  const [from, to] = pick(random, [
    [1024, 20_000],
    [0, 1023],
    [20_000, 65_535],
    [40_000, 65_535],
    [1024, 65_535],
  ] as const);
  const below = pick(random, [10, 70, 100]);
  const above = pick(random, [10, 70, 100]);
  const dscp = pick(random, DSCPS);
  const [shortest, longest] = pick(random, [
    [61, 400],
    [0, 100],
    [301, 1500],
  ] as const);
  const isFrom = ({ sourcePort }: Probe): boolean => sourcePort >= from && sourcePort <= to;
  const isLong = ({ length }: Probe): boolean => length >= shortest && length <= longest;
  const tests: readonly (readonly [nft: string, iptables: string, holds: Test['holds']])[] = [
    [`iifname "${link}"`, `-i ${link}`, (probe) => probe.link === link],
    [`iifname != "${link}"`, `! -i ${link}`, (probe) => probe.link !== link],
    [`udp sport ${from}-${to}`, `-m udp --sport ${from}:${to}`, isFrom],
    [`udp sport != ${from}-${to}`, `-m udp ! --sport ${from}:${to}`, (probe) => !isFrom(probe)],
    [`ip ttl < ${below}`, `-m ttl --ttl-lt ${below}`, ({ ttl }) => ttl < below],
    [`ip ttl > ${above}`, `-m ttl --ttl-gt ${above}`, ({ ttl }) => ttl > above],
    [
      `ip dscp ${dscp}`,
      `-m dscp --dscp 0x${dscp.toString(16).padStart(2, '0')}`,
      (probe) => probe.dscp === dscp,
    ],
    [
      `ip dscp != ${dscp}`,
      `-m dscp ! --dscp 0x${dscp.toString(16).padStart(2, '0')}`,
      (probe) => probe.dscp !== dscp,
    ],
    [`ip length ${shortest}-${longest}`, `-m length --length ${shortest}:${longest}`, isLong],
    [`ip saddr ${SOURCES[0]}`, `-s ${SOURCES[0]}/32`, ({ source }) => source === SOURCES[0]],
    [`udp dport ${PORTS[0]}`, `-m udp --dport ${PORTS[0]}`, ({ port }) => port === PORTS[0]],
  ];
  return {
    nft: tests.map(([text, , holds]) => ({ text, holds })),
    iptables: tests.map(([, text, holds]) => ({ text, holds })),
  };
}

const SPECIAL = {
  nft: {
    limit: { text: 'limit rate 1/hour burst 3 packets', holds: ({ isAboveLimit }: Probe) => !isAboveLimit },
    over: {
      text: 'limit rate over 1/hour burst 3 packets',
      holds: ({ isAboveLimit }: Probe) => isAboveLimit,
    },
    list: { text: 'ip saddr @d', holds: ({ isListed }: Probe) => isListed },
    unlisted: { text: 'ip saddr != @d', holds: ({ isListed }: Probe) => !isListed },
  },
  /** The same by objects of the table, named or looked up in a map. */
  named: {
    limit: { text: 'limit name "l"', holds: ({ isAboveLimit }: Probe) => !isAboveLimit },
    over: { text: 'limit name "o"', holds: ({ isAboveLimit }: Probe) => isAboveLimit },
  },
  iptables: {
    limit: {
      text: '-m limit --limit 1/hour --limit-burst 3',
      holds: ({ isAboveLimit }: Probe) => !isAboveLimit,
    },
    over: {
      text: '-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 3 --hashlimit-name h',
      holds: ({ isAboveLimit }: Probe) => isAboveLimit,
    },
    list: { text: '-m recent --rcheck --name d --rsource', holds: ({ isListed }: Probe) => isListed },
    unlisted: { text: '-m recent ! --rcheck --name d --rsource', holds: ({ isListed }: Probe) => !isListed },
  },
  ipset: {
    list: { text: '-m set --match-set d src', holds: ({ isListed }: Probe) => isListed },
    unlisted: { text: '-m set ! --match-set d src', holds: ({ isListed }: Probe) => !isListed },
  },
} as const;

const BY_MAP = `limit name udp dport map { ${PORTS.map((port) => `${port} : $1`).join(', ')} }`;

/** A chain of a few rules whose tests a packet alone does not answer, perhaps with another chain that it calls. */
export function randomRuleset(seed: number): RandomRuleset {
  const random = randomFrom(seed);
  const dialect = pick(random, ['nft', 'iptables'] as const);
  const words = vocabulary(random)[dialect];
  const [hasLimit, hasList] = [random() < 0.35, random() < 0.35];
  const special = SPECIAL[dialect];
  const { limit: within, over } =
    dialect === 'nft' && random() < 0.5 ? SPECIAL.named : { limit: special.limit, over: special.over };
  const limit = random() < 0.7 ? within : over;
  const isByMap = random() < 0.3;
  const isIpset = dialect === 'iptables' && random() < 0.5;
  const lists = isIpset ? SPECIAL.ipset : special;
  const list = random() < 0.7 ? lists.list : lists.unlisted;
  const calls = random() < 0.5;
  const count = 2 + Math.floor(random() * 4);
  const [limitAt, listAt] = [Math.floor(random() * count), Math.floor(random() * count)];
  // Each rule counts by itself, though both say the same.
  const limitsAt = [limitAt, ...(random() < 0.4 ? [Math.floor(random() * count)] : [])];
  const verdicts = { nft: ['accept', 'drop', 'jump c'], iptables: ['-j ACCEPT', '-j DROP', '-j C'] }[dialect];
  const used: Test[] = [];
  const rule = (at: number, isInner: boolean): string => {
    const tests = [pick(random, words), ...(random() < 0.4 ? [pick(random, words)] : [])];
    if (hasList && at === listAt) tests.push(list);
    // The last, so that only what meets all the others counts against it.
    if (hasLimit && limitsAt.includes(at)) tests.push(limit);
    const own = [...new Set(tests)].filter(({ text }, nth, all) => isAlone(text, all.slice(0, nth)));
    used.push(...own);
    const verdict = calls && !isInner && random() < 0.4 ? verdicts[2]! : pick(random, verdicts.slice(0, 2));
    const written = own.map(({ text }) => (isByMap ? text.replace(/^limit name (.*)/, BY_MAP) : text));
    return [...written, verdict].join(' ');
  };
  const rules = Array.from({ length: count }, (_, at) => rule(at, false));
  const inner = calls ? Array.from({ length: 1 + Math.floor(random() * 2) }, () => rule(-1, true)) : [];
  const isShut = random() < 0.6;
  const text =
    dialect === 'nft'
      ? nftText(rules, inner, isShut, calls)
      : iptablesText(rules, inner, { isShut, calls, isIpset });
  return {
    dialect,
    text,
    sets: isIpset ? (nth) => `create d${nth} hash:ip family inet\n` : null,
    loaded: (nth) =>
      dialect === 'nft'
        ? `flush ruleset\n${text}`
        : text
            .replaceAll('--name d ', `--name d${nth} `)
            .replaceAll('-set d ', `-set d${nth} `)
            .replaceAll('hashlimit-name h', `hashlimit-name h${nth}`),
    tests: used,
    hasLimit,
    hasList,
  };
}

/** iptables takes each option once. */
function isAlone(text: string, before: readonly Test[]): boolean {
  const word = (of: string): string =>
    of
      .replace(/^! /, '')
      .split(' ')
      .slice(0, 2)
      .join(' ')
      .replace(/ (?:v\d|!=).*/, '');
  return before.every((one) => word(one.text) !== word(text));
}

const LIMITS =
  '\tlimit l {\n\t\trate 1/hour burst 3 packets\n\t}\n\n\tlimit o {\n\t\trate over 1/hour burst 3 packets\n\t}\n\n';

function nftText(
  rules: readonly string[],
  inner: readonly string[],
  isShut: boolean,
  calls: boolean,
): string {
  const lines = (of: readonly string[]): string => of.map((rule) => `\t\t${rule}\n`).join('');
  const called = calls ? `\tchain c {\n${lines(inner)}\t}\n\n` : '';
  const trigger = `udp dport ${TRIGGER} add @d { ip saddr } drop`;
  return `table ip t {\n\tset d {\n\t\ttype ipv4_addr\n\t\tsize 65535\n\t\tflags dynamic\n\t}\n\n${LIMITS}${called}\tchain input {\n\t\ttype filter hook input priority filter; policy ${isShut ? 'drop' : 'accept'};\n${lines([trigger, ...rules])}\t}\n}\n`;
}

function iptablesText(
  rules: readonly string[],
  inner: readonly string[],
  { isShut, calls, isIpset }: Readonly<Record<'isShut' | 'calls' | 'isIpset', boolean>>,
): string {
  const to = `-A INPUT -p udp -m udp --dport ${TRIGGER}`;
  const recent = `-A INPUT -p udp -m udp --dport ${TRIGGER} -m recent --set --name d --rsource -j DROP`;
  return [
    '*filter',
    `:INPUT ${isShut ? 'DROP' : 'ACCEPT'} [0:0]`,
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...(calls ? [':C - [0:0]'] : []),
    ...(isIpset ? [`${to} -j SET --add-set d src --exist`, `${to} -j DROP`] : [recent]),
    ...rules.map((rule) => `-A INPUT -p udp ${rule}`),
    ...inner.map((rule) => `-A C -p udp ${rule}`),
    'COMMIT',
    '',
  ].join('\n');
}

/** Whether the datagram is one of those that a case is about. */
export function fits(conditions: readonly CaseCondition[], probe: Probe, { tests }: RandomRuleset): boolean {
  return conditions.every((condition) => {
    switch (condition.kind) {
      case 'interface':
        // No name is every other than those of the other cases, which the caller takes away.
        return condition.names.length === 0 || condition.names.includes(probe.link);
      case 'source-port':
        return probe.sourcePort >= condition.from && probe.sourcePort <= condition.to;
      case 'test': {
        const known =
          tests.find(({ text }) => asTold(text) === condition.text) ??
          tests.find(({ text }) => bare(text) === bare(condition.text));
        if (known === undefined)
          throw new Error(
            `no rule has the test that a case tells: ${condition.text}, but ${tests.map(({ text }) => text).join('; ')}`,
          );
        // What is reported is the test without its negation.
        return known.holds(probe) === (condition.holds !== isNegated(known.text, condition.text));
      }
      case 'opening':
        return condition.opening === 'plain';
      case 'profile':
        return false;
    }
  });
}

/** A test of `recent` is reported without what is its default, one of a set without its module. */
function asTold(text: string): string {
  return text.replace(' --rsource', '').replace('-m set ', '');
}

function isNegated(written: string, shown: string): boolean {
  return NEGATION.test(written) !== NEGATION.test(shown);
}

const NEGATION = /(?:^| )(?:! |!= )/;

function bare(text: string): string {
  return text
    .replace(/ !=(?= )/, '')
    .replaceAll('! ', '')
    .replace(/ ==| --rsource/, '')
    .replace('-m set ', '')
    .trim();
}
