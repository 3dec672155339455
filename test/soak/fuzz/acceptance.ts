import type { DialectId, RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import type { Seed } from './corpus.ts';
import type { Exception } from './exceptions.ts';
import { CRASHED, type Judge } from './judge.ts';
import { mutateRule, type Stock } from './mutate.ts';
import { isUnderstood, read, type Complaint } from './properties.ts';
import { TOOL_REFUSES } from './tool-refuses.ts';
import { withoutUnreadChanges, meaningOf } from './unread.ts';
import { WE_REFUSE } from './we-refuse.ts';

/** A small ruleset with one line that matters, which the real tool loads. */
export interface Sample {
  readonly dialect: DialectId;
  readonly before: string;
  readonly line: string;
  readonly after: string;
  /** As it was, when the tool loaded it. */
  readonly original: string;
}

/** Of every ruleset, what is left with a single one of its rules. */
export function samplesOf(seeds: readonly Seed[]): readonly Sample[] {
  const samples = new Map<string, Sample>();
  for (const { dialect, text } of seeds)
    for (const sample of CUTTERS[dialect](text))
      samples.set(`${dialect} ${sample.line}`, { dialect, ...sample, original: sample.line });
  return [...samples.values()].filter((sample) => textOf(sample).length < MOST_JUDGED);
}

/** The tools take long for more. */
const MOST_JUDGED = 4000;

type Cut = Omit<Sample, 'dialect' | 'original'>;

const CUTTERS: Readonly<Record<DialectId, (text: string) => readonly Cut[]>> = {
  nft: cutNft,
  'nft-json': cutJson,
  iptables: cutIptables,
  ip6tables: cutIptables,
  ipset: cutIpset,
};

/**
 * Rules, and of the frame the lines that decide something. What objects and the heads of sets hold is not read, since it
 * changes no packet's fate and later versions of nft add to it, so it is not compared either.
 */
function cutNft(text: string): readonly Cut[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  let isInChain = false;
  const kinds = lines.map((line): 'frame' | 'rule' => {
    if (/^\s*chain\b.*\{\s*$/.test(line)) isInChain = true;
    else if (/^\s*\}/.test(line)) isInChain = false;
    else if (isInChain && !/^\s*(?:type|policy|comment)\b/.test(line)) return 'rule';
    return 'frame';
  });
  const part = (from: number, to: number): string =>
    lines
      .slice(from, to)
      .filter((_, index) => kinds[from + index] === 'frame')
      .map((line) => `${line}\n`)
      .join('');
  return lines.flatMap((line, index) =>
    line.trim() === '' || (kinds[index] === 'frame' && !DECIDES.test(line))
      ? []
      : [{ before: part(0, index), line, after: `\n${part(index + 1, lines.length)}` }],
  );
}

const DECIDES =
  /^\s*(?:(?:add|create|insert|flush|delete) |chain |table |set |map |elements|define |policy (?:accept|drop)|type (?:filter|nat|route) )/;

function cutJson(text: string): readonly Cut[] {
  const { nftables } = JSON.parse(text) as { nftables: readonly object[] };
  const frame = nftables.filter((entry) => !('rule' in entry)).map((entry) => JSON.stringify(entry));
  return nftables.flatMap((entry, index) => {
    const line = JSON.stringify(entry);
    if ('rule' in entry) return [{ before: `{"nftables": [${frame.join(',')},`, line, after: ']}' }];
    const others = nftables.map((other) => ('rule' in other ? '' : JSON.stringify(other)));
    const before = others
      .slice(0, index)
      .filter((other) => other !== '')
      .map((other) => `${other},`)
      .join('');
    const after = others
      .slice(index + 1)
      .filter((other) => other !== '')
      .map((other) => `,${other}`)
      .join('');
    return [{ before: `{"nftables": [${before}`, line, after: `${after}]}` }];
  });
}

function cutIptables(text: string): readonly Cut[] {
  return Array.from(text.matchAll(/^\*\w+\n[^*]*?^COMMIT$/gm)).flatMap(([table]) => {
    const lines = table.split('\n');
    const head = lines.filter((line) => /^[*:]/.test(line));
    const rules = lines.filter((line) => /^[-[]/.test(line));
    return [
      ...rules.map((line) => ({ before: `${head.join('\n')}\n`, line, after: '\nCOMMIT\n' })),
      ...head.map((line, index) => ({
        before: head
          .slice(0, index)
          .map((other) => `${other}\n`)
          .join(''),
        line,
        after: `\n${head
          .slice(index + 1)
          .map((other) => `${other}\n`)
          .join('')}COMMIT\n`,
      })),
    ];
  });
}

function cutIpset(text: string): readonly Cut[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const name = line.split(' ')[1];
    const own = lines.filter((other) => other.split(' ')[1] === name);
    const at = own.indexOf(line);
    if (line.includes('list:set') || own[0]?.includes('list:set')) return [];
    return [
      {
        before: own
          .slice(0, at)
          .map((other) => `${other}\n`)
          .join(''),
        line,
        after: `\n${own
          .slice(at + 1)
          .map((other) => `${other}\n`)
          .join('')}`,
      },
    ];
  });
}

export function textOf({ before, line, after }: Cut): string {
  return before + line + after;
}

/** The sample with another line in its place. */
export function variant(sample: Sample, stock: Stock): Sample {
  return { ...sample, line: mutateRule(sample.line, sample.dialect, stock) };
}

/** Where this program and the real tool are not of one mind about a text. */
export function disagreement(sample: Sample, judge: Judge): Complaint | null {
  const { dialect } = sample;
  if (dialect === 'nft' && isOddLineOfSet(sample)) return null;
  const text = textOf(sample);
  const ours = read(sourcesOf(text, dialect));
  if (ours.kind === 'wrong') return null;
  if (ours.kind === 'accepted' && !isUnderstood(ours.rulesets)) return null;
  const complaints = judge(text);
  if (complaints.includes(CRASHED)) return null;
  const [complaint] = complaints.filter((told) => told !== null);
  if (ours.kind === 'accepted' && complaint !== undefined && !complaints.includes(null)) {
    if (isExcused(sample, complaint, TOOL_REFUSES) || isForOtherFamily(sample)) return null;
    const line = withoutUnreadChanges(sample.original, sample.line, (other) =>
      meaning({ ...sample, line: other }),
    );
    if (line !== sample.line && judge(textOf({ ...sample, line })).includes(null)) return null;
    return {
      kind: `accepted garbage, ${dialect}: ${pattern(complaint)}`,
      detail: `${sample.line}\n${complaint}`,
    };
  }
  if (ours.kind === 'refused' && complaint === undefined) {
    const { message, value = '' } = ours.problem;
    const told = `${message} "${value}"`;
    if (isExcused(sample, told, WE_REFUSE)) return null;
    return { kind: `refused what loads, ${dialect}: ${pattern(message)}`, detail: `${sample.line}\n${told}` };
  }
  return null;
}

function meaning(sample: Sample): string | null {
  const reading = read(sourcesOf(textOf(sample), sample.dialect));
  return reading.kind === 'accepted' ? meaningOf(reading.rulesets) : null;
}

/** Behind `-4` and `-6` nothing is read, and what is before them is in no answer either. */
function isForOtherFamily(sample: Sample): boolean {
  return /[\s"]-\d*[46]/.test(sample.line) && meaning(sample) === meaning({ ...sample, line: '' });
}

/** It makes what is in the set unknown, which only a rule that looks into it would show. */
function isOddLineOfSet({ before, line }: Sample): boolean {
  return /\b(?:set|map) \S+ \{\n(?:[^{}]*\n)?$/.test(before) && !/^\s*elements\b/.test(line);
}

/** Sets are read where rules use them. */
function sourcesOf(text: string, dialect: DialectId): readonly RulesetSource[] {
  const source: RulesetSource = { text, file: 'x', dialect };
  if (dialect !== 'ipset') return [source];
  const rules = Array.from(
    text.matchAll(/^create (\S+) \S+/gm),
    ([, name]) => `-A INPUT -m set --match-set ${name} src,dst,src`,
  );
  const isSix = text.includes('family inet6');
  return [
    source,
    {
      text: `*filter\n:INPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`,
      file: 'y',
      dialect: isSix ? 'ip6tables' : 'iptables',
    },
  ];
}

function isExcused({ dialect, line }: Sample, told: string, exceptions: readonly Exception[]): boolean {
  return exceptions.some(
    (known) =>
      known.dialects.includes(dialect) && known.message.test(told) && (known.line?.test(line) ?? true),
  );
}

/** The message without what differs from input to input. */
function pattern(message: string): string {
  return message
    .replace(/^.*?\d+:\d+-\d+: /, '')
    .replace(/"[^"]*"|'[^']*'|`[^']*'|`[^`]*`/g, '…')
    .replace(/\S*\d\S*/g, '…')
    .replace(/\b(chain|table|object of nft:|option|set) \S+/g, '$1 …')
    .slice(0, 120);
}
