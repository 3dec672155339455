import { meaningOf, type WindowsRule } from '../policy/rule.ts';
import { isPlainPath } from './program-path.ts';
import { isOfPrompt } from './rule-list.ts';

/** Where rules name no more programs than these, each of them is a case that a person reads. */
const READABLE = 8;

/**
 * Programs whose rules differ in nothing but the program and the names, each with all of its kind: which of them listens makes no
 * difference. None where rules name only a few.
 */
export function alikePrograms(rules: readonly WindowsRule[]): ReadonlyMap<string, readonly string[]> {
  const byProgram = new Map<string, WindowsRule[]>();
  for (const rule of rules) {
    if (rule.program === null || !isPlainPath(rule.program)) continue;
    const known = byProgram.get(rule.program);
    if (known === undefined) byProgram.set(rule.program, [rule]);
    else known.push(rule);
  }
  if (byProgram.size <= READABLE) return new Map();
  const byMeaning = new Map<string, string[]>();
  for (const [program, own] of byProgram) {
    const meaning = own.map(meaningButProgram).sort().join('\n');
    const alike = byMeaning.get(meaning);
    if (alike === undefined) byMeaning.set(meaning, [program]);
    else alike.push(program);
  }
  return new Map(
    [...byMeaning.values()].flatMap((alike) => alike.map((program) => [program, alike] as const)),
  );
}

/** All that a rule says but its program and its names. A rule with a doubt is like no other. */
function meaningButProgram(rule: WindowsRule): string {
  const { store, id } = rule.origin;
  const isUnlike = rule.conditions().doubts.length > 0 || store === 'hardening';
  const program = isUnlike ? rule.program : null;
  return `${store} ${isOfPrompt(id)} ${meaningOf({ ...rule, program })}`;
}
