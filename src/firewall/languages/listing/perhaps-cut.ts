import { unknown } from '../../model/match.ts';
import type { Chain, Rule, Ruleset } from '../../model/ruleset.ts';
import { longestOf } from './cut-text.ts';
import type { LineForm } from './line-form.ts';
import { isWhole } from './wrapped-text.ts';

/**
 * The ruleset with the rules left open whose lines may have been cut at a column: they are the longest of the file and end where a rule
 * may end, but also may not. What such a rule tests last and what it does are not known.
 */
export function withOpenEnds(lines: readonly string[], ruleset: Ruleset, form: LineForm): Ruleset {
  const suspects = suspectLines(lines, form);
  if (suspects.size === 0) return ruleset;
  const opened = (chain: Chain): Chain =>
    chain.rules.some(({ line }) => suspects.has(line))
      ? {
          ...chain,
          rules: chain.rules.map((rule) => (suspects.has(rule.line) ? openEnd(rule, form) : rule)),
        }
      : chain;
  const tables = ruleset.tables.map((table) => ({
    ...table,
    chains: new Map(Array.from(table.chains, ([name, chain]) => [name, opened(chain)] as const)),
  }));
  return { ...ruleset, tables };
}

/** The tests of a listing stand in its order; iptables sorts those of a save. */
function openEnd(rule: Rule, form: LineForm): Rule {
  const surely = form === 'listing' ? rule.matches.slice(0, -1) : [];
  const reason = { code: 'cut-line' } as const;
  return {
    ...rule,
    matches: [...surely, unknown(rule.text, reason)],
    effects: [{ kind: 'unknown', text: rule.text, reason }],
  };
}

function suspectLines(lines: readonly string[], form: LineForm): ReadonlySet<number> {
  const { most, longest } = longestOf(lines);
  if (most < NARROWEST) return new Set();
  const isEnded = form === 'listing' ? isWholeRule : isWholeSave;
  // The value that a rule ends with is taken for whole where all the longest end in the same way.
  const isAlike = new Set(longest.map(({ line }) => endOf(line))).size === 1;
  return new Set(longest.filter(({ line }) => !isEnded(line, isAlike)).map(({ at }) => at + 1));
}

/** The last words, whatever their numbers. */
function endOf(line: string): string {
  return line
    .trim()
    .split(' ')
    .slice(-2)
    .map((word) => word.replace(/[\da-f]+/g, '0'))
    .join(' ');
}

/** No terminal is narrower. */
const NARROWEST = 60;

/** A listing of nft has the rules of a chain on lines of their own. */
const WRITTEN_BY_HAND = /^\s*(?:chain|table|add|insert|create|replace)\b|[;\\]\s*$/;

function isWholeRule(line: string, isAlike: boolean): boolean {
  // Nothing comes after a comment, and after the handle nothing at all.
  if (/ comment "[^"]*"$| # handle \d+$/.test(line) || WRITTEN_BY_HAND.test(line)) return true;
  return isWhole(line) && (isAlike || !/ (?:[sd]nat|redirect|tproxy|queue) [^"]*$/.test(line));
}

/** A target without options, or with the value of one. */
function isWholeSave(line: string, isAlike: boolean): boolean {
  const [, , options = null] = / (?:-[jg]|--(?:jump|goto)) (\S+)(.*)$/.exec(line) ?? [];
  if (options === null) return false;
  return options.trim() === '' || /"$|^ --reject-with \S+$/.test(options) || isAlike;
}
