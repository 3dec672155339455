import type { Effect } from '../../model/action.ts';
import { eachTestOf } from '../../model/visit-matches.ts';
import type { Gap, GapCode } from '../../model/gap.ts';
import { HEADER_LINE } from '../iptables/save-file/header.ts';
import { CT_STATUS, type Match } from '../../model/match.ts';
import { isIptables, type Rule, type Ruleset, type Table } from '../../model/ruleset.ts';

/** What the files of one machine have together, by family. */
export type Provisions = Readonly<Record<(typeof IP_FAMILIES)[number], Provision>>;

interface Provision {
  readonly hasNat: boolean;
  readonly hasMarks: boolean;
}

const IP_FAMILIES = ['ip', 'ip6'] as const;

export function provisionsOf(sources: readonly { readonly ruleset: Ruleset }[]): Provisions {
  const all = sources.flatMap((source) => source.ruleset.tables);
  const of = (family: (typeof IP_FAMILIES)[number]): Provision => {
    const tables = all.filter((table) => table.family === family || table.family === 'inet');
    return {
      hasNat: tables.some(isNat),
      hasMarks: tables.some(({ name }) => name === 'mangle') || tables.some(setsMark),
    };
  };
  return { ip: of('ip'), ip6: of('ip6') };
}

/** A table that a save does not show, and which its rules would need to come out otherwise. */
export interface Unshown {
  readonly family: 4 | 6;
  readonly what: 'table nat' | 'table that sets marks';
}

/** A save of several tables was not made with `-t`: it shows all that are in use. These tables its rules rely on, and it lacks. */
export function unshownTables({ text, ruleset }: Source, provisions: Provisions): readonly Unshown[] {
  if (!isSave({ text, ruleset })) return [];
  return IP_FAMILIES.flatMap((family): readonly Unshown[] => {
    const own = tablesOf(ruleset, family);
    const { hasNat, hasMarks } = provisions[family];
    if (!isWhole(text, own)) return [];
    const shown = { family: family === 'ip' ? 4 : 6 } as const;
    return [
      ...(hasNat || ruleWith(own, isOfTranslated) === null ? [] : [{ ...shown, what: 'table nat' as const }]),
      ...(hasMarks || ruleWith(own, isOfMark) === null
        ? []
        : [{ ...shown, what: 'table that sets marks' as const }]),
    ];
  });
}

/** Tables that `-t` did not pick, and none that the tool says it does not show. */
function isWhole(text: string, tables: readonly Table[]): boolean {
  return tables.length > 1 && !/^# (?:Warning: ip6?tables-legacy tables|Table )/m.test(text);
}

/** Of files kept by hand nobody says that they are all there is. */
function isSave({ text, ruleset }: Source): boolean {
  return isIptables(ruleset) && HEADER_LINE.test(text);
}

function tablesOf({ tables }: Ruleset, family: (typeof IP_FAMILIES)[number]): readonly Table[] {
  return tables.filter((table) => table.family === family);
}

interface Source {
  readonly text: string;
  readonly ruleset: Ruleset;
}

/**
 * Tables of iptables that a save lacks, though its rules rely on them: chains of programs that translate addresses, tests for
 * translated connections, and tests for marks that nobody sets.
 */
export function reliedOn(source: Source, provisions: Provisions): readonly Gap[] {
  const { ruleset } = source;
  const { file } = ruleset;
  return IP_FAMILIES.flatMap((family) => {
    const own = tablesOf(ruleset, family);
    const { hasNat, hasMarks } = provisions[family];
    const isPart = isSave(source) && !isWhole(source.text, own);
    const gap = (code: GapCode, sign: Sign | null): readonly Gap[] =>
      sign === null ? [] : [{ code, families: [family === 'ip' ? 4 : 6], file, ...sign }];
    return [
      ...(hasNat
        ? []
        : gap('missing-nat', chainOfNat(own) ?? (isPart ? ruleWith(own, isOfTranslated) : null))),
      ...(!isPart || hasMarks ? [] : gap('missing-marks', ruleWith(own, isOfMark))),
    ];
  });
}

interface Sign {
  readonly line: number;
  readonly sign: string;
}

function isNat({ name, chains }: Table): boolean {
  return name === 'nat' || [...chains.values()].some(({ base }) => base?.type === 'nat');
}

function chainOfNat(tables: readonly Table[]): Sign | null {
  for (const { chains } of tables) {
    for (const { name, line } of chains.values())
      if (OF_TRANSLATORS.test(name)) return { line, sign: `chain ${name}` };
  }
  return null;
}

/** Chains of Docker, Kubernetes and what gives containers their networks: all lead ports of the host to containers. */
const OF_TRANSLATORS = /^(?:DOCKER(?:-.*)?|KUBE-.+|CNI-.+|NETAVARK.*|cali-.+)$/;

function isOfTranslated(match: Match): boolean {
  if (match.kind === 'address') return match.field === 'ct-original-destination';
  return (
    match.kind === 'number' &&
    (match.field === 'ct-original-destination-port' ||
      (match.field === 'ct-status' && ((match.mask ?? 0) & CT_STATUS.dnat) !== 0))
  );
}

function isOfMark(match: Match): boolean {
  return match.kind === 'number' && match.field === 'mark';
}

function ruleWith(tables: readonly Table[], isSign: (match: Match) => boolean): Sign | null {
  for (const rule of rulesOf(tables)) {
    const signs: Match[] = [];
    eachTestOf(rule, (match) => {
      if (isSign(match)) signs.push(match);
    });
    if (signs.length > 0) return { line: rule.line, sign: `line ${rule.line}` };
  }
  return null;
}

function setsMark(table: Table): boolean {
  const sets = (effect: Effect): boolean =>
    effect.kind === 'choose'
      ? effect.cases.some(({ effects }) => effects.some(sets))
      : effect.kind === 'assign' || effect.kind === 'unknown';
  for (const { effects } of rulesOf([table])) if (effects.some(sets)) return true;
  return false;
}

function* rulesOf(tables: readonly Table[]): Generator<Rule> {
  for (const { chains } of tables) for (const { rules } of chains.values()) yield* rules;
}
