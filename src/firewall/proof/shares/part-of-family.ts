import type { Family } from '../../../net/address.ts';
import { onlyAddress, eachFamily, NO_ADDRESSES } from '../../../net/address-set.ts';
import { intersect, subtract, union, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import { groupBy } from '../../../group-by.ts';
import { FOUND_ON_THE_LINK } from '../../netfilter/neighbours/neighbours.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import type { FlowQuestion } from '../../model/question.ts';
import { questionsOf, sourcesOf, type Access } from '../access.ts';
import type { Proof } from '../proof.ts';
import type { Decided } from './shares.ts';
import { withoutWay } from '../without-way.ts';

export type Kind = 'allowed' | 'blocked' | 'undecided';

/** What one family's sources meet. */
export interface Part extends Readonly<Record<Kind, IntervalSet>> {
  readonly family: Family;
  /** Those of the allowed or blocked who fare so with some of their connections only. */
  readonly inPart: IntervalSet;
  readonly asked: readonly { readonly question: FlowQuestion; readonly answer: Answer }[];
}

type Answer = Pick<Proof, Kind | 'unresolved' | 'depends' | 'inPart' | 'assumptions'>;

export type Ask = (question: FlowQuestion) => Proof;

/** Each source once, with the first question that was answered so. */
export function decidedQuestions(
  { family, asked, inPart, ...part }: Part,
  kind: 'allowed' | 'blocked',
): readonly { readonly question: FlowQuestion; readonly decided: Decided }[] {
  let rest = part[kind];
  const everywhere = byDestination(asked)
    .map((of) => unionOf(of.map(({ answer }) => answer[kind][family])))
    .reduce(intersect, rest);
  return asked.flatMap(({ question, answer }) => {
    const those = intersect(rest, answer[kind][family]);
    rest = subtract(rest, those);
    const to = question.destination === null ? null : (onlyAddress(question.destination.in, family) ?? null);
    const shared = {
      kind,
      unresolved: answer.unresolved,
      inPart: eachFamily((of) => (of === family ? inPart : [])),
    };
    return [
      { of: intersect(those, everywhere), to: null },
      { of: subtract(those, everywhere), to },
    ]
      .filter(({ of }) => of.length > 0)
      .map(({ of, to: aim }) => ({
        question,
        decided: { ...shared, sources: { 4: [], 6: [], [family]: of }, to: aim },
      }));
  });
}

/** The questions about each address of the host. */
function byDestination(asked: Part['asked']): readonly Part['asked'][] {
  return groupBy(asked, ({ question: { destination } }) => String(destination?.in ?? ''));
}

export function unresolvedOf(parts: readonly Part[], family: Family): IntervalSet {
  return unionOf(parts.flatMap(({ asked }) => asked.map(({ answer }) => answer.unresolved[family])));
}

/** Where several were asked about one source, one of them is enough to say how it fares in a case. */
export function dependsOf(parts: readonly Part[], family: Family): IntervalSet {
  const open = ofFamily(parts, family, 'undecided');
  const known = parts.flatMap(({ asked }) =>
    asked.flatMap(({ answer }) => [answer.depends[family], answer.allowed[family], answer.blocked[family]]),
  );
  return intersect(open, unionOf(known));
}

export function partOf(firewall: Firewall, ask: Ask, access: Access, family: Family): readonly Part[] {
  const sources = sourcesOf(access, family);
  if (sources.length === 0) return [];
  if (!firewall.families.includes(family)) {
    return [{ family, allowed: [], blocked: [], undecided: sources, inPart: [], asked: [] }];
  }
  const byAim = questionsOf(access, sources, family).map((questions) =>
    questions.map((question) => ({ question, answer: answerTo(access, ask(question)) })),
  );
  const asked = byAim.flat();
  const [only] = asked;
  if (asked.length === 1 && only !== undefined) {
    const { allowed, blocked, undecided, inPart } = only.answer;
    return [
      {
        ...{ family, asked, allowed: allowed[family], blocked: blocked[family] },
        ...{ undecided: undecided[family], inPart: inPart[family] },
      },
    ];
  }
  const each = (kind: Kind): readonly IntervalSet[] =>
    byAim.map((of) => unionOf(of.map(({ answer }) => answer[kind][family])));
  const isRequired = access.expected === 'reachable';
  const allowed = isRequired ? each('allowed').reduce(intersect) : unionOf(each('allowed'));
  const blocked = isRequired ? unionOf(each('blocked')) : each('blocked').reduce(intersect);
  const wrong = isRequired ? 'blocked' : 'allowed';
  const whollyWrong = byDestination(asked)
    .map((of) => unionOf(of.map(({ answer }) => subtract(answer[wrong][family], answer.inPart[family]))))
    .reduce(intersect);
  const inPart = subtract(isRequired ? blocked : allowed, whollyWrong);
  return [
    { family, allowed, blocked, undecided: subtract(subtract(sources, allowed), blocked), inPart, asked },
  ];
}

/**
 * Who must not get in is kept out by rules, not by a lack of neighbour discovery: on a tunnel, or with a neighbour that was
 * configured, that keeps nobody out.
 */
function answerTo({ expected, dead }: Access, answer: Proof): Answer {
  if (expected === 'reachable') return dead === undefined ? answer : withoutWay(answer, dead);
  const { allowed, blocked, undecided, unresolved, depends, inPart, assumptions } = answer;
  return {
    allowed,
    // That a link may go without is left open here, not assumed away.
    assumptions: assumptions.filter((one) => one !== FOUND_ON_THE_LINK),
    blocked: eachFamily((family) => subtract(blocked[family], unresolved[family])),
    undecided: eachFamily((family) => union(undecided[family], unresolved[family])),
    unresolved: NO_ADDRESSES,
    depends,
    inPart,
  };
}

export function ofFamily(parts: readonly Part[], family: Family, kind: Kind | 'inPart'): IntervalSet {
  return union(...parts.filter((part) => part.family === family).map((part) => part[kind]));
}
