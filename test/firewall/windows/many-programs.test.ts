// Rules for more programs than a person reads as cases: those that fare alike are one case, and it is that of each of them.
import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { answerCases, evaluate, type AnswerCase } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { LOCAL, reg, rule } from './texts.ts';

const QUESTION = flowQuestion({
  ...{ sources: [parsePrefix('10.1.2.30', 'x')], destination: null, transport: 'tcp', port: 102 },
  profile: 0,
});

const pathOf = (name: string): string => `C:\\tools\\${name}.exe`;

function machineOf(rules: Record<string, string>, program: string | null): ReturnType<typeof firewall> {
  const text = reg(LOCAL, { rules });
  const known = { ...NOTHING_KNOWN, program, isComplete: true };
  return firewall(parseRulesets([{ text, file: 'x.reg', dialect: null }], known));
}

/** The programs of which a case holds. */
function programsOf({ conditions }: AnswerCase): readonly string[] {
  return conditions.flatMap((one) =>
    one.kind === 'test' && one.holds && one.reason?.code === 'listener-program'
      ? [one.reason.program, ...(one.reason.others ?? [])]
      : [],
  );
}

const forProgram = (name: string, action: string, more = ''): string =>
  rule(`${more}App=${pathOf(name)}`, action);

/** Which of them listens decides: three ways of being treated, and names of their own. */
const MANY = Object.fromEntries(
  Array.from({ length: 150 }, (_, n) => {
    const [action, more] = (
      [
        ['Allow', 'LPort=102|'],
        ['Block', 'LPort=102|'],
        ['Allow', 'LPort=9|'],
      ] as const
    )[n % 3] ?? ['Allow', ''];
    return [`r${n}`, forProgram(`p${n}`, action, more)];
  }),
);

test('150 programs are three cases, each that of all its programs', () => {
  const machine = machineOf(MANY, null);
  expect(evaluate(machine, QUESTION).result).toBe('undecided');
  const cases = answerCases(machine, QUESTION);
  expect(cases.map(({ fate }) => fate).sort()).toEqual(['allowed', 'blocked', 'blocked']);
  for (const one of cases)
    for (const program of programsOf(one).filter((_, at) => at % 10 === 0))
      expect(evaluate(machineOf(MANY, program), QUESTION).result, program).toBe(one.fate);
  expect(cases.flatMap(programsOf)).toHaveLength(100);
});

test('where all of 150 programs are allowed whom everybody is, nothing depends on them', () => {
  const all = { ...Object.fromEntries(Object.entries(MANY).filter((_, n) => n % 3 !== 1)) };
  const machine = machineOf({ ...all, everybody: rule('LPort=102') }, null);
  expect(evaluate(machine, QUESTION).result).toBe('allowed');
});

test('a program with a rule more is a case of its own', () => {
  const machine = machineOf({ ...MANY, more: forProgram('p0', 'Block', 'LPort=102|') }, null);
  const cases = answerCases(machine, QUESTION);
  expect(cases.map((one) => [one.fate, programsOf(one).length])).toContainEqual(['blocked', 1]);
});
