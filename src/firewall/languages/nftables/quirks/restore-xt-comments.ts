import { textOrigin, type Origin } from '../syntax/origin.ts';
import { iptablesParts } from './iptables-tables.ts';
import { layoutOf, type Layout } from './listing-layout.ts';

/**
 * The tables of iptables as `nft list` prints them have rules whose extensions are hard to see: older versions print them as
 * comments (`# xt_REJECT`, `# recent: SET name: …`), others print nothing where they find no translation, which leaves two
 * spaces, or one at the beginning or the end. Here each becomes the `xt match` or `xt target` that newer versions print, so
 * that no rule tests or does less than it did. Where the text has lost its spaces, every rule that may have had such a gap is
 * taken to have one. iptables puts its counter between what a rule tests and what it does.
 */
export function showExtensions(text: string): string {
  const parts = iptablesParts(text);
  if (parts.length === 0) return text;
  const layout = layoutOf(text, parts);
  const shown: string[] = [];
  let done = 0;
  for (const { start, end, isIpv6 } of parts) {
    shown.push(
      text.slice(done, start),
      text.slice(start, end).replace(RULE, (line) => shownLine(line, layout, isIpv6)),
    );
    done = end;
  }
  return shown.join('') + text.slice(done);
}

/** A line with a counter and no brace at its end. */
const RULE = /^[^\n]*\bcounter\b[^\n]*$/gm;

/** Lines stay where they are. Within one that was given extensions, only where it begins is a place people can find. */
export function shownOrigin(file: string, given: string, shown: string): Origin {
  const { placeAt: shownPlace } = textOrigin(file, shown);
  if (given === shown) return textOrigin(file, given);
  const placeAt: Origin['placeAt'] = (offset) => {
    const place = shownPlace(offset);
    const line = given.split('\n', place.line)[place.line - 1] ?? '';
    return shown.split('\n', place.line)[place.line - 1] === line
      ? place
      : { ...place, column: line.length - line.trimStart().length + 1 };
  };
  return { placeAt, placeOf: (word, start) => placeAt(word?.at ?? start) };
}

interface CountedRule {
  readonly indent: string;
  /** What it tests, with the space after it; begins with a space where it has a gap there. */
  readonly before: string;
  readonly counter: string;
  /** What it does, with the spaces around it. */
  readonly after: string;
  readonly handle: string;
}

function shownLine(line: string, layout: Layout, isIpv6: boolean): string {
  const rule = countedRule(line, layout);
  if (rule === null) return line;
  const { indent, before, counter } = rule;
  const hasLostBlanks = layout.indent === null || !layout.keepsInner;
  const tests = before === '' && !(isIpv6 && hasLostBlanks) ? [] : testsOf(before, isIpv6, hasLostBlanks);
  const actions = actionsOf(rule, layout);
  const isSame = [...tests, ...actions].every((part) => !part.startsWith('xt '));
  if (isSame) return line;
  const end = line.endsWith('\r') ? '\r' : '';
  return `${indent}${[...tests, counter, ...actions].join(' ')}${end}`;
}

/** Null where the line is not a rule, or its counter is in a comment that a person wrote. */
function countedRule(line: string, { indent: usual }: Layout): CountedRule | null {
  const [, blanks = '', rest = ''] = /^([ \t]*)(.*?)\r?$/.exec(line) ?? [];
  const isShifted = usual !== null && blanks === `${usual} `;
  const [indent, body] = isShifted ? [usual, ` ${rest}`] : [blanks, rest];
  const bare = body.replace(QUOTED, (quoted) => '"'.repeat(quoted.length));
  const found = COUNTER.exec(bare);
  if (found === null || NO_RULE.test(rest)) return null;
  const [{ length }] = found;
  const tail = body.slice(found.index + length);
  const handle = HANDLE.exec(tail)?.[1] ?? '';
  const rule = {
    indent,
    before: body.slice(0, found.index),
    counter: body.slice(found.index, found.index + length),
    after: handle === '' ? tail : tail.slice(0, -handle.length),
    handle,
  };
  const comment = bare.slice(0, found.index).indexOf('#');
  if (comment < 0) return rule;
  const isOfNft = NFT_COMMENT.test(bare.slice(comment)) || bare.slice(0, comment).trim() !== '';
  const isDecided = DECIDED.test(bare.slice(0, comment));
  return isOfNft && !isDecided && ACTION.test(rule.after.trim()) ? rule : null;
}

const COUNTER = /(?<=^|[ \t])counter(?: packets \d+ bytes \d+)?(?=[ \t]|$)/;
const HANDLE = /(# handle \d+)[ \t]*$/;
const QUOTED = /"[^"\n]*"/g;

/** Lines of a table outside its chains, and elements of sets that have counters. */
const NO_RULE =
  /^(?:chain|set|map|table|type|policy|elements|counter \S+ \{|[}#](?! ?(?:xt_|match-set |[\w-]+:)))/;

/** Comments of a whole line that nft makes. */
const NFT_COMMENT = /^# ?(?:xt_|match-set |[\w-]+:)/;

/** A comment after a verdict is a person's. */
const DECIDED =
  /\b(?:accept|drop|return|continue|reject(?: with \S.*)?|queue.*|masquerade.*|redirect.*|(?:jump|goto|dnat|snat) .*)\s*$/;

/** What follows a counter. */
const ACTION =
  /^(?:$|#|(?:accept|drop|return|continue|jump|goto|queue|reject|log|dnat|snat|masquerade|redirect|meta|ct|ip6?|limit|notrack|tproxy|dup|synproxy|tcp|xt)\b)/;

/**
 * A gap among the tests of IPv4 is a comment's or one of `-m time` without limits, which every packet passes; of IPv6 it may as
 * well be `-m frag` or `-m rt`, which hardly any does.
 */
function testsOf(tests: string, isIpv6: boolean, hasLostBlanks: boolean): readonly string[] {
  const before = tests.replace(/ $/, '');
  const bare = before.replace(QUOTED, (quoted) => '"'.repeat(quoted.length));
  const start = bare.indexOf('#');
  const [plain, comments] = start >= 0 ? [before.slice(0, start), before.slice(start)] : [before, ''];
  const gaps = start >= 0 ? bare.slice(0, start - 1) : bare;
  const hasGap = isIpv6 && (hasLostBlanks || (start !== 0 && GAP.test(gaps)));
  return [
    ...(hasGap ? [`xt match "?"`] : []),
    ...(plain.trim() === '' ? [] : [plain.trim()]),
    ...extensions(comments, 'match'),
  ];
}

const GAP = /^$|^ | {2}| $/;

/** Only a missing space at its end shows a rule without a target. */
function actionsOf({ after, handle }: CountedRule, { keepsInner, keepsEnd }: Layout): readonly string[] {
  const text = after.trim();
  if (text === '') {
    const [usual, isKept] = handle === '' ? ['', keepsEnd] : [' ', keepsInner];
    return isKept && after === usual ? [] : ['xt target "?"'];
  }
  if (text.startsWith('#')) return extensions(text, 'target');
  const bare = after.replace(QUOTED, (quoted) => '"'.repeat(quoted.length));
  const end = bare.indexOf('#');
  const hasGap = / {2}/.test((end < 0 ? bare : bare.slice(0, end)).trimEnd());
  return hasGap && !DECIDED.test(bare) ? ['xt target "?"', text] : [text];
}

/** `# xt_multiport # recent: SET name: x`: one extension each. */
function extensions(comments: string, kind: string): readonly string[] {
  return comments
    .split('#')
    .slice(1)
    .map((comment) => `xt ${kind} "${comment.trim().replace(/^xt_/, '').replaceAll('"', "'")}"`);
}
