// Exports in every form, damaged at random: one error with its place, or an answer in which nothing is dropped. A failure prints its seed.
import { expect, test } from 'vitest';
import { decodeText } from '../../../src/decode-text.ts';
import { InputError } from '../../../src/input-error.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { shareOfRuns } from '../../thorough.ts';
import type { NaivePacket, NaivePolicy } from './naive.ts';
import { packetQuestion } from './packet-question.ts';
import { randomPacket, randomPolicy } from './random-policy.ts';
import { Random } from './random.ts';
import { collectionText } from './write-collection.ts';
import { netshRules, polBytes } from './write-forms.ts';
import { regText, ruleString } from './write-policy.ts';

const SEED = Number(process.env.WINDOWS_SEED ?? 1);
const MUTATIONS = Number(process.env.WINDOWS_MUTATIONS ?? shareOfRuns(120, 2400));
const PACKETS = 4;

type Encoding = 'utf16le' | 'utf8' | 'latin1';

interface Form {
  readonly write: (policy: NaivePolicy) => string;
  readonly encoding: Encoding;
}

const FORMS: Readonly<Record<string, Form>> = {
  '.reg in UTF-16': { write: regText, encoding: 'utf16le' },
  '.reg in UTF-8': { write: regText, encoding: 'utf8' },
  '.reg in a code page': {
    write: (policy) => regText(policy).replaceAll('Name=', 'Name=Prüfung '),
    ...{ encoding: 'latin1' },
  },
  'Registry.pol': {
    write: (policy) => polBytes(policy).toString('latin1'),
    ...{ encoding: 'latin1' },
  },
  'the collector, 7': {
    write: (policy) => collectionText(policy, { powershell: '7' }),
    ...{ encoding: 'utf8' },
  },
  'the collector, 5.1': {
    write: (policy) => collectionText(policy, { powershell: '5.1' }),
    ...{ encoding: 'utf16le' },
  },
  'the cmdlets': { write: cmdletsText, encoding: 'utf8' },
  'the cmdlets, > of 5.1': { write: cmdletsText, encoding: 'utf16le' },
  netsh: { write: netshRules, encoding: 'utf8' },
  'rule strings': {
    write: ({ rules }) => `${rules.map(ruleString).join('\r\n')}\r\n`,
    ...{ encoding: 'utf8' },
  },
};

/** `Get-NetFirewallRule -PolicyStore ActiveStore | ConvertTo-Json` and the filters and profiles, one list. */
function cmdletsText(policy: NaivePolicy): string {
  const { stores } = JSON.parse(collectionText(policy, { powershell: '7' })) as {
    readonly stores: { readonly ActiveStore: Readonly<Record<string, readonly unknown[]>> };
  };
  return JSON.stringify(Object.values(stores.ActiveStore).flat(), null, 1);
}

/** Each leaves a trace in the text: what it does not show nobody can find. */
const DAMAGES: Readonly<Record<string, (text: string, random: Random) => string>> = {
  'a NUL more': (text, random) => spliced(text, random.below(text.length), 0, '\0'),
  'a NUL in place of a character': (text, random) => spliced(text, random.below(text.length), 1, '\0'),
  'half of a surrogate pair': (text, random) => spliced(text, random.below(text.length), 1, '\ud800'),
  // What follows a name without its pipe is part of the name.
  'a pipe less': (text, random) => replacedOne(text, /(?<!Name=[^|]*)\|/g, random, () => ''),
  'a newer version': (text, random) => replacedOne(text, /v2\.\d\d\|/g, random, () => 'v2.99|NewKey=x|'),
  'a key twice': (text, random) =>
    replacedOne(text, /(?<=\|)\w+=[^|\r\n]*\|/g, random, (part) => part + part),
  'a property twice': (text, random) =>
    replacedOne(text, /"\w+":(?:"[^"]*"|\d+),/g, random, (part) => part + part),
  'a property less': (text, random) => replacedOne(text, /"\w+":(?:"[^"]*"|\d+),/g, random, () => ''),
  'a line of dashes less': (text, random) => replacedOne(text, /-{70}\r\n/g, random, () => ''),
  'line ends of both kinds': (text, random) =>
    text.replaceAll('\r\n', () => (random.chance(0.5) ? '\n' : '\r\n')),
  'a quotation mark less': (text, random) => replacedOne(text, /"/g, random, () => ''),
};

const CUTS: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  'cut at a byte': (bytes, random) => bytes.subarray(0, 1 + random.below(bytes.length - 1)),
  'cut after a line': (bytes, random) => {
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    return ends.length === 0 ? bytes : bytes.subarray(0, random.pick(ends));
  },
};

function spliced(text: string, at: number, less: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at + less);
}

function replacedOne(text: string, pattern: RegExp, random: Random, by: (part: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: part, index } = random.pick(found);
  return spliced(text, index, part.length, by(part));
}

function encoded(text: string, encoding: Encoding): Buffer {
  return Buffer.from(encoding === 'utf16le' ? `\ufeff${text}` : text, encoding);
}

/** The results, or the error; and whether it is said that the file is taken for whole. */
function answersOf(
  bytes: Buffer,
  packets: readonly NaivePacket[],
): { readonly results: readonly string[]; readonly isTakenForWhole: boolean } | InputError {
  try {
    const source = { text: decodeText(bytes), file: 'x', dialect: 'windows' } as const;
    // One of them says what listens.
    const { program = null, service = null } = packets[0] ?? {};
    const localSubnets = [parsePrefix('10.1.2.0/24', 'x')];
    const known = { program, service, isServiceKnown: true, localSubnets, isComplete: true };
    const rulesets = parseRulesets([source], known);
    const machine = firewall(rulesets);
    const assumed = rulesets.flatMap(({ assumptions = [] }) => assumptions);
    return {
      isTakenForWhole: assumed.some(({ text }) => /is whole|show its end/.test(text)),
      results: packets.map((packet) => evaluate(machine, packetQuestion(packet)).result),
    };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

test(`${MUTATIONS} damaged exports, seed ${SEED}`, () => {
  let refused = 0;
  let open = 0;
  for (let nth = 0; nth < MUTATIONS; nth++) {
    const random = new Random(SEED * 9_000_011 + nth);
    const [name, form] = random.pick(Object.entries(FORMS));
    const isCut = random.chance(0.3);
    const [damage] = random.pick(Object.entries(isCut ? CUTS : DAMAGES));
    const policy = randomPolicy(random);
    const packets = Array.from({ length: PACKETS }, () => randomPacket(random));
    const text = form.write(policy);
    const whole = encoded(text, form.encoding);
    const damaged =
      CUTS[damage]?.(whole, random) ?? encoded(DAMAGES[damage]?.(text, random) ?? text, form.encoding);
    const what = `${name}, ${damage}, WINDOWS_SEED=${SEED}, case ${nth}`;
    const found = answersOf(damaged, packets);
    if (found instanceof InputError) {
      refused++;
      expect(found.message, what).toMatch(/^[^\n]+$/);
      continue;
    }
    if (isCut && found.isTakenForWhole) continue;
    const right = answersOf(whole, packets);
    // No rule at all, which some forms can not say.
    if (right instanceof InputError) continue;
    found.results.forEach((result, at) => {
      if (result === right.results[at]) return;
      open++;
      expect(
        result,
        `${what}, not ${right.results[at]}\n${JSON.stringify(packets[at])}\n${damagedPart(damaged, whole)}`,
      ).toBe('undecided');
    });
  }
  // Damage is met, in both ways.
  expect(refused).toBeGreaterThan(0);
  expect(open).toBeGreaterThan(0);
});

/** Where the bytes begin to differ. */
function damagedPart(damaged: Buffer, whole: Buffer): string {
  const at = damaged.findIndex((byte, index) => byte !== whole[index]);
  const from = Math.max(0, (at < 0 ? damaged.length : at) - 300);
  return `byte ${at}: ${JSON.stringify(
    damaged
      .subarray(from, from + 500)
      .toString('latin1')
      .replaceAll('\0', ''),
  )}`;
}
