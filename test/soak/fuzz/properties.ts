import { ANYWHERE } from '../../../src/net/prefix.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parseRulesets, type RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import { evaluate, traceRules } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import type { Ruleset } from '../../../src/firewall/model/ruleset.ts';
import { InputError, type InputProblem } from '../../../src/input-error.ts';

/** What is wrong with the parsers: `kind` names it, the same for inputs that show the same. */
export interface Complaint {
  readonly kind: string;
  readonly detail: string;
}

export type Reading =
  | { readonly kind: 'accepted'; readonly rulesets: readonly Ruleset[] }
  | { readonly kind: 'refused'; readonly problem: InputProblem }
  | { readonly kind: 'wrong'; readonly complaint: Complaint };

/** Parses and puts together, as audit does. */
export function read(sources: readonly RulesetSource[]): Reading {
  try {
    const rulesets = parseRulesets(sources);
    if (rulesets.length > 0) firewall(rulesets);
    return { kind: 'accepted', rulesets };
  } catch (error) {
    if (!(error instanceof InputError)) return { kind: 'wrong', complaint: crash('parse', error) };
    const complaint = placeComplaint(error, sources);
    return complaint === null ? { kind: 'refused', problem: error.problem } : { kind: 'wrong', complaint };
  }
}

/** A ruleset that answers questions, or one InputError with its place: anything else is a complaint. */
export function complaintOf(sources: readonly RulesetSource[], isThorough: boolean): Complaint | null {
  const reading = read(sources);
  if (reading.kind === 'wrong') return reading.complaint;
  if (isThorough && summary(read(sources)) !== summary(reading))
    return { kind: 'not deterministic', detail: summary(reading).slice(0, 200) };
  const isAsked = isThorough || sources.every(({ text }) => text.length < SMALL);
  return isAsked && reading.kind === 'accepted' && reading.rulesets.length > 0
    ? answerComplaint(reading.rulesets)
    : null;
}

function answerComplaint(rulesets: readonly Ruleset[]): Complaint | null {
  try {
    const machine = firewall(rulesets);
    if (machine.ruleCount > MAX_RULES) return null;
    for (const question of QUESTIONS) evaluate(machine, question);
    for (const question of QUESTIONS.slice(0, 2)) traceRules(machine, question);
    return null;
  } catch (error) {
    return crash('evaluate', error);
  }
}

const MAX_RULES = 2000;
/** Larger rulesets are asked now and then: answers take longer than parsing. */
const SMALL = 5000;

const QUESTIONS: readonly FlowQuestion[] = [
  flowQuestion({
    sources: ANYWHERE,
    destination: parseAddress('10.20.0.11', ''),
    transport: 'tcp',
    port: 102,
  }),
  flowQuestion({
    sources: ANYWHERE,
    destination: parseAddress('fd00:20::11', ''),
    transport: 'udp',
    port: 10100,
  }),
  flowQuestion({
    sources: ANYWHERE,
    destination: null,
    transport: 'tcp',
    port: 22,
    hook: 'forward',
    interface: 'eth0',
  }),
];

function crash(during: string, error: unknown): Complaint {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const where = /\/src\/[\w./-]+:\d+/.exec(thrown.stack ?? '')?.[0] ?? '';
  return { kind: `${during}: ${thrown.name} ${where}`, detail: (thrown.stack ?? '').slice(0, 1500) };
}

/** A message a person can act on names the file, a line and a column that are there. */
function placeComplaint(
  { problem, message }: InputError,
  sources: readonly RulesetSource[],
): Complaint | null {
  const { file, line, column, code } = problem;
  const complain = (kind: string): Complaint => ({
    kind: `${kind}: ${problem.message
      .replace(/".*"|[\d/]+/g, '…')
      .split(' ', 5)
      .join(' ')
      .slice(0, 60)}`,
    detail: message,
  });
  const source = sources.find((known) => known.file === file);
  if (source === undefined) return complain('an error without its file');
  if (line === undefined || column === undefined) return complain('an error without line and column');
  if (message.length > LONGEST) return complain('a message too long');
  // eslint-disable-next-line no-control-regex -- what must not reach a terminal
  if (/[\0-\u001f\u007f-\u009f]/.test(message)) return complain('a control character in a message');
  if (code === '') return complain('no code');
  const lines = source.text.split('\n');
  const length = lines[line - 1]?.length;
  if (length === undefined || column < 1 || column > length + 1) return complain('a place outside the text');
  return null;
}

/** Up to eighty characters of a value, each of which may be shown as ten. */
const LONGEST = 1200;

function summary(reading: Reading): string {
  switch (reading.kind) {
    case 'accepted':
      return JSON.stringify(reading.rulesets, (_, value: unknown) =>
        typeof value === 'bigint'
          ? `${value}n`
          : value instanceof Map
            ? [...(value as Map<unknown, unknown>)]
            : value,
      );
    case 'refused':
      return JSON.stringify(reading.problem);
    case 'wrong':
      return reading.complaint.detail;
  }
}
