import { FAMILIES, type Family } from '../../../net/address.ts';
import type { Gap, GapCode } from '../../model/gap.ts';
import { isNftBackEnd } from '../iptables/save-file/header.ts';
import { lineOf } from '../../model/source-location.ts';
import { isIptables, type Ruleset } from '../../model/ruleset.ts';
import { reliedOn } from './relied-on.ts';

interface Source {
  readonly text: string;
  readonly ruleset: Ruleset;
}

/** What the files of one machine, taken together, show to be missing: each with the file that shows it. */
export function findGaps(sources: readonly Source[]): readonly Gap[] {
  return sources.flatMap((source) =>
    isIptables(source.ruleset) ? gapsOfSave(source, sources) : gapsOfListing(source, sources),
  );
}

function gapsOfSave({ text, ruleset }: Source, sources: readonly Source[]): readonly Gap[] {
  const { file } = ruleset;
  const found = (code: GapCode, families: readonly Family[], index: number, sign: string): Gap => ({
    ...{ code, families, file, sign },
    line: lineOf(text, index),
  });
  const legacy = Array.from(text.matchAll(LEGACY), ({ index, 1: six }) =>
    found('legacy-tables', [six === '6' ? 6 : 4], index, ''),
  ).filter(({ families: [family] }) => !sources.some((other) => isLegacySave(other, family)));
  const hasListing = sources.some((other) => other.ruleset.dialect.startsWith('nft'));
  const unsaved = hasListing
    ? []
    : Array.from(text.matchAll(UNSAVED), ({ index, 1: table = '' }) =>
        found('unsaved-table', ruleset.families, index, table),
      );
  return [
    ...legacy,
    ...unsaved,
    ...cutOff({ text, ruleset }, found),
    ...reliedOn({ text, ruleset }, sources),
  ];
}

const LEGACY = /^# Warning: ip(6?)tables-legacy tables present/gm;

const UNSAVED = /^# Table [`']?([^'\s]+)'? (?:is incompatible|contains incompatible base-chains)/gm;

function isLegacySave({ text, ruleset }: Source, family: Family | undefined): boolean {
  return (
    isIptables(ruleset) &&
    !isNftBackEnd(text) &&
    ruleset.families.some((one) => one === family) &&
    !LEGACY_ONCE.test(text)
  );
}

const LEGACY_ONCE = new RegExp(LEGACY.source, 'm');

/** Where the tool ends its other tables with a comment, the last has one, too. */
function cutOff(
  { text, ruleset }: Source,
  found: (code: GapCode, families: readonly Family[], index: number, sign: string) => Gap,
): readonly Gap[] {
  const last = text.lastIndexOf('\nCOMMIT');
  if (last < 0 || !/^# Completed on/m.test(text) || text.includes('\n# Completed on', last)) return [];
  const table = ruleset.tables.at(-1);
  return [found('cut-off', [table?.family === 'ip6' ? 6 : 4], last + 1, table?.name ?? '')];
}

/** A chain or set as nft lists it, where people may write it on one line. */
const AS_LISTED = /^[ \t]*(?:chain|set|map) \S+ \{[ \t]*(?:#.*)?\r?$/m;

/** A listing of nft with tables, but not a single rule. JSON tells tables from chains by objects of their own. */
function gapsOfListing({ text, ruleset }: Source, sources: readonly Source[]): readonly Gap[] {
  const { file, dialect, tables } = ruleset;
  if (tables.length === 0) return [];
  const chains = tables.flatMap((table) => [...table.chains.values()]);
  if (chains.some(({ rules }) => rules.length > 0)) return reliedOn({ text, ruleset }, sources);
  const isWhole =
    dialect === 'nft-json' ? chains.length > 0 && /\{\s*"table"\s*:/.test(text) : !AS_LISTED.test(text);
  return isWhole ? [] : [{ code: 'no-rules', families: FAMILIES, file, line: 1, sign: '' }];
}
