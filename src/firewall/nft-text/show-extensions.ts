import { textOrigin, type Origin } from '../nft/origin.ts';

/**
 * The tables of iptables as `nft list` prints them hold rules whose extensions are hard to see: older versions print them as
 * comments (`# xt_REJECT`, `# recent: SET name: …`), others print nothing where they find no translation, which leaves two
 * blanks, or one at the beginning or the end. Here each becomes the `xt match` or `xt target` that newer versions print, so
 * that no rule tests or does less than it did. iptables puts its counter between what a rule tests and what it does.
 */
export function showExtensions(text: string): string {
  const shown: string[] = [];
  let done = 0;
  for (const { index, 1: family } of text.matchAll(TABLE)) {
    if (index < done) continue;
    const end = text.indexOf('\n}', index);
    if (end < 0) break;
    const show = (
      ...[rule = '', indent = '', before = '', counter = '', after = '']: readonly string[]
    ): string => shownRule({ rule, indent, before, counter, after }, family === '6');
    shown.push(text.slice(done, index), text.slice(index, end).replace(ODD_RULE, show));
    done = end;
  }
  return done === 0 ? text : shown.join('') + text.slice(done);
}

const TABLE = /^table ip(6?) (?:raw|mangle|nat|filter|security) \{/gm;

/** A rule with a counter, and with a comment, a doubled blank or one at an end; of whole comments those that nft makes. */
const ODD_RULE =
  /^(\t+(?!\t)|(?!\t) +(?! ))(?! ?# *(?! |xt_|match-set |[\w-]+:))(?=[^\n]*(?:#| {2}| $)|(?<=\t) )([^\n]*?)(counter packets \d+ bytes \d+)([^\n]*)$/gm;

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

interface OddRule {
  readonly rule: string;
  readonly indent: string;
  readonly before: string;
  readonly counter: string;
  readonly after: string;
}

/**
 * A gap among the tests of IPv4 is a comment's or one of `-m time` without limits, which every packet passes; of IPv6 it may as
 * well be `-m frag` or `-m rt`, which hardly any does.
 */
function shownRule({ rule, indent, before, counter, after }: OddRule, isIpv6: boolean): string {
  const tests = before === '' ? [] : parts(before.replace(/ $/, ''), 'match', isIpv6);
  const behind = after.replace(/ ?# handle \d+$/, '');
  const actions = behind === '' ? [] : parts(behind.replace(/^ /, ''), 'target', true);
  const isSame = [...tests, ...actions].every((part) => !part.startsWith('xt '));
  return isSame ? rule : `${indent}${[...tests, counter, ...actions].join(' ')}`;
}

/** The text, each comment and (where they may hide one) each gap in it as an extension. */
function parts(text: string, kind: 'match' | 'target', hasGaps: boolean): readonly string[] {
  const bare = text.replace(QUOTED, (quoted) => '"'.repeat(quoted.length));
  const start = bare.indexOf('#');
  // Behind a verdict a comment is a person's.
  const isNftComment = start >= 0 && (kind === 'match' || start === 0);
  const [plain, comments] = isNftComment ? [text.slice(0, start), text.slice(start)] : [text, ''];
  const hasGap = hasGaps && start !== 0 && GAP.test(isNftComment ? bare.slice(0, start - 1) : bare);
  return [
    ...(hasGap ? [`xt ${kind} "?"`] : []),
    ...(plain.trim() === '' ? [] : [plain.trim()]),
    ...comments
      .split('#')
      .slice(1)
      .map((comment) => extension(comment, kind)),
  ];
}

const QUOTED = /"[^"\n]*"/g;
const GAP = /^$|^ | {2}| $/;

/** `# xt_multiport # recent: SET name: x`: one extension each. */
function extension(comment: string, kind: string): string {
  return `xt ${kind} "${comment.trim().replace(/^xt_/, '').replaceAll('"', "'")}"`;
}
