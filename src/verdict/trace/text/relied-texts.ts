import type { CaseCondition } from '../../../firewall/proof/cases/case-condition.ts';
import { groupBy } from '../../../group-by.ts';
import { placeOf } from './condition-text.ts';

type TestCondition = Extract<CaseCondition, { kind: 'test' }>;

/** What a plain first connection relies on, a clause for each kind: `the limits of line 8 and line 12 are not exceeded`. */
export function reliedTexts(conditions: readonly CaseCondition[], withFile: boolean): readonly string[] {
  const tests = conditions.filter((each): each is TestCondition => each.kind === 'test');
  return groupBy(tests, kindOf).map((same) => {
    const places = same.map(({ rule, text }) => (rule === null ? text : placeOf(rule, withFile)));
    const kind = same[0] === undefined ? 'header' : kindOf(same[0]);
    return CLAUSES[kind]([...new Set(places)]);
  });
}

type Kind = 'limit' | 'list' | 'header' | 'contents';

function kindOf({ dimension }: TestCondition): Kind {
  switch (dimension) {
    case 'rate':
      return 'limit';
    case 'list':
    case 'contents':
      return dimension;
    default:
      return 'header';
  }
}

const CLAUSES: Readonly<Record<Kind, (places: readonly string[]) => string>> = {
  limit: (places) =>
    places.length === 1
      ? `the limit of ${joined(places)} is not exceeded`
      : `the limits of ${joined(places)} are not exceeded`,
  list: (places) =>
    `the address is not on the ${places.length === 1 ? 'list' : 'lists'} of ${joined(places)}`,
  header: (places) =>
    `the packet has the default header that ${joined(places)} ${places.length === 1 ? 'tests' : 'test'}`,
  contents: (places) =>
    `the packet has none of the contents that ${joined(places)} ${places.length === 1 ? 'looks' : 'look'} for`,
};

/** `line 8, line 9 and line 12` */
function joined(places: readonly string[]): string {
  return places.length < 2 ? places.join('') : `${places.slice(0, -1).join(', ')} and ${places.at(-1) ?? ''}`;
}
