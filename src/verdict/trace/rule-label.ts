import type { RuleRef } from '../../firewall/model/rule-ref.ts';

/** `maps-a.rules:31 -A INPUT -j DROP`, of a rule with a name that and its ID, of the file's text as much as one reads; not yet safe for a terminal. */
export function ruleLabel(rule: RuleRef): string {
  return `${rulePlace(rule, { withFile: true })} ${ruleText(rule, { isNamed: true })}`;
}

/** The labels of rules in the order they are read in: each names its file unless the one before it was of that file. */
export function labelsInOrder(): (rule: RuleRef) => string {
  let last: string | null = null;
  return (rule) => {
    const isKnown = rule.file === last && (rule.line > 0 || rule.handle !== null);
    last = rule.file;
    return isKnown
      ? `${rulePlace(rule, { withFile: false })} ${ruleText(rule, { isNamed: true })}`
      : ruleLabel(rule);
  };
}

/** `line 31` or `maps-a.rules:31`; in JSON, which has no lines to speak of, `table inet filter chain input handle 7`. */
export function rulePlace(rule: Omit<RuleRef, 'text'>, { withFile }: { readonly withFile: boolean }): string {
  const { kind, file, line, family, table, chain, handle } = rule;
  if (handle === null) {
    if (line === 0) return file;
    return withFile ? `${file}:${line}` : `line ${line}`;
  }
  const place = `table ${family} ${table} chain ${chain}${kind === 'policy' ? '' : ` handle ${handle}`}`;
  return withFile ? `${file} ${place}` : place;
}

/** @param isNamed its name and ID instead of its text, where it has any */
export function ruleText(
  { kind, text, title, chain, handle }: RuleRef,
  { isNamed, max = MAX_TEXT }: { readonly isNamed: boolean; readonly max?: number },
): string {
  if (kind === 'policy') return handle === null ? `chain ${chain}: default ${text}` : `default ${text}`;
  if (isNamed && title !== undefined) return title;
  if (text.length <= max) return text;
  const brief = text.replaceAll(REMARK, '$1"..."');
  return brief.length <= max ? brief : `${brief.slice(0, max - END - 3)}...${brief.slice(-END)}`;
}

/** What people wrote into a rule decides nothing. */
const REMARK = /(comment |-prefix |\bprefix )"(?:[^"\\]|\\.){4,}"/g;

/** What decides stands at the end: `-j DNAT --to-destination 10.20.0.11:10100`, `dnat to 10.20.0.11:10100`. */
const END = 48;

const MAX_TEXT = 120;
