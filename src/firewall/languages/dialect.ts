import { InputError } from '../../input-error.ts';
import { assumedOfFiles } from './listing/assumed-of-files.ts';
import { emptyRulesets } from './listing/empty-files.ts';
import { findGaps, findUnlisted, showsNone } from './listing/find-gaps.ts';
import { familyOf } from './iptables/save-file/family-of.ts';
import { HEADER } from './iptables/save-file/header.ts';
import { withDynamicSets } from './iptables/ipset/dynamic-sets.ts';
import { parseIpsets, type NamedSets } from './iptables/ipset/parse-ipset.ts';
import { parseIptables } from './iptables/save-file/parse.ts';
import { parseNftJson } from './nftables/parse-json.ts';
import { parseNftText } from './nftables/parse-text.ts';
import { DIALECT_IDS, type DialectId } from '../model/dialect-id.ts';
import { excerpt } from '../model/source-location.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { whatElse } from './listing/unsupported-input.ts';
import { refuseCut } from './listing/cut-text.ts';
import { linesOf, type LineForm } from './listing/line-form.ts';
import { withOpenEnds } from './listing/perhaps-cut.ts';
import { refuseTerminalMarks } from './listing/terminal-marks.ts';
import { mayBeWrappedAt, refuseWrapped } from './listing/wrapped-text.ts';
import { isWindowsExport } from './windows/detect.ts';
import { NOTHING_KNOWN, type WindowsCircumstances } from './windows/lower/circumstances.ts';
import { lowerExports } from './windows/lower/lower-exports.ts';
import { readExports } from './windows/parse-windows.ts';
import { withoutCopies } from './listing/duplicate-tables.ts';

export { DIALECT_IDS, type DialectId };

/** What is known beside the text: the sets of other files, and the command that printed it. */
interface Beside {
  readonly sets: NamedSets;
  readonly command: string | null;
}

/** What a language is called, how its files are known, and how they are read. */
interface Dialect {
  readonly title: string;
  /** Whether a text looks like this language; asked in the order of {@link DIALECT_IDS}. */
  readonly isLike: (text: string, file: string) => boolean;
  /** How its lines are written, by which those wrapped or cut on their way are found; null where its parser finds them. */
  readonly form: LineForm | null;
  /** Null for what only serves other files. @throws InputError with line and column. */
  readonly parse: ((text: string, file: string, beside: Beside) => Ruleset) | null;
}

/** Every language a ruleset can be given in, in the order in which errors name them. */
export const DIALECTS = {
  iptables: {
    title: 'iptables-save',
    isLike: isSave,
    form: 'save',
    parse: (text, file, beside) => parseIptables(text, { file, family: 4, ...beside }),
  },
  ip6tables: {
    title: 'ip6tables-save',
    isLike: (text, file) => isSave(text) && familyOf(text, file).family === 6,
    form: 'save',
    parse: (text, file, beside) => parseIptables(text, { file, family: 6, ...beside }),
  },
  ipset: {
    title: 'ipset save',
    isLike: (text) => /^create \S+ \w+:/m.test(text),
    form: 'set',
    parse: null,
  },
  nft: {
    title: 'nft list ruleset',
    isLike: (text) => NFT_COMMAND.test(text) || /^#! ?\S*\/nft\b/.test(text),
    form: 'listing',
    parse: parseNftText,
  },
  'nft-json': {
    title: 'nft -j list ruleset',
    isLike: (text) => /^\s*\{\s*"nftables"/.test(text),
    form: null,
    parse: parseNftJson,
  },
  windows: {
    title: 'reg export, Registry.pol, Get-NetFirewallRule as JSON or netsh of Windows Defender Firewall',
    isLike: isWindowsExport,
    form: null,
    parse: null,
  },
} as const satisfies Record<DialectId, Dialect>;

/** What writes rulesets, for errors. */
export const RULESET_TITLES = Object.values(DIALECTS)
  .map(({ title }) => title)
  .join(', ');

/** A file may be nothing but its includes, which is for the parser to say. */
const NFT_COMMAND =
  /^[ \t]*(?:(?:add|create) +)?table +|^(?:flush ruleset|include +"|(?:re)?define +\w+ *=|(?:add|insert) +rule )/m;

/** A ruleset as it was given: `dialect` null lets its content tell. */
export interface RulesetSource {
  readonly text: string;
  readonly file: string;
  readonly dialect: DialectId | null;
  /** Collected with all others of its machine: nothing is missing that the tools did not say themselves. */
  readonly isCollected?: boolean;
  /** The command that printed it on its machine, where that is known. */
  readonly command?: string;
}

/**
 * Reads the files of one machine; the sets of an `ipset save` among them serve the iptables files.
 * @param windows what is known of a Windows computer besides its files
 * @throws InputError where a file is no ruleset, of another tool than was stated, or not what its tool would load.
 */
export function parseRulesets(
  sources: readonly RulesetSource[],
  windows: WindowsCircumstances = NOTHING_KNOWN,
): readonly Ruleset[] {
  return readRulesetSources(sources)(windows);
}

/** The same for several things that may be known: the files are read once. */
export function readRulesetSources(
  sources: readonly RulesetSource[],
): (windows: WindowsCircumstances) => readonly Ruleset[] {
  const ofWindows = sources.filter(isOfWindows);
  if (ofWindows.length > 0) {
    refuseOthers(sources.filter((source) => !isOfWindows(source)));
    const exports = readExports(ofWindows);
    return (windows) => [lowerExports(exports, windows)];
  }
  const rulesets = readListings(sources);
  return () => rulesets;
}

/** Listings of iptables, nft and ipset. */
function readListings(sources: readonly RulesetSource[]): readonly Ruleset[] {
  const given = sources.map(withoutIndent).map((source) => ({ ...source, lines: linesOf(source.text) }));
  const nonEmpty = given.filter(({ text }) => text.trim() !== '');
  // What iptables can't show, nft lists.
  const unshown = nonEmpty.find(({ text }) => showsNone(text));
  const written = nonEmpty.filter(({ text }) => !showsNone(text));
  if (unshown !== undefined && !written.some(isListingOfNft)) throw notShown(unshown);
  const empty = sources.filter(({ text }) => text.trim() === '').map(({ file }) => file);
  for (const { text, lines, file } of written) refuseTerminalMarks(text, lines, file);
  const detected = (written.length > 0 ? written : given).map((source) => {
    const { text, lines, file, dialect, isCollected = false, command = null } = source;
    if (dialect !== null) refuseOtherHeaders(text, file, dialect);
    const isStated = dialect !== null;
    return {
      text,
      lines,
      file,
      dialect: dialect ?? detectDialect(text, file),
      isStated,
      isCollected,
      command,
    };
  });
  for (const { lines, file, dialect, isCollected } of detected) {
    const { form } = DIALECTS[dialect];
    // What is collected nobody copied from a terminal.
    if (isCollected || form === null) continue;
    refuseWrapped(lines, file, form);
    refuseCut(lines, file, form);
  }
  const listed = new Map(
    detected.flatMap(({ text, file, dialect }) => (dialect === 'ipset' ? [...parseIpsets(text, file)] : [])),
  );
  const sets = withDynamicSets(
    detected.flatMap(({ text, dialect }) => (dialect === 'ipset' ? [] : [text])),
    listed,
  );
  const read = detected.flatMap(({ text, lines, file, dialect, isStated, isCollected, command }) => {
    const { parse, form }: Dialect = DIALECTS[dialect];
    if (parse === null) return [];
    const ruleset = orWrapped(text, () => parse(text, file, { sets, command }));
    const isWhole = isCollected || form === null;
    return [{ text, ruleset: isWhole ? ruleset : withOpenEnds(lines, ruleset, form), isStated }];
  });
  if (read.length === 0) return [];
  const isWhole = sources.every(({ isCollected }) => isCollected === true);
  const gaps = isWhole ? findUnlisted(read) : findGaps(read);
  const assumptions = isWhole ? [] : assumedOfFiles(read);
  const [first, ...rulesets] = withoutCopies(read);
  const withOwn = [...(first?.assumptions ?? []), ...assumptions];
  const all = [...(first === undefined ? [] : [{ ...first, gaps, assumptions: withOwn }]), ...rulesets];
  return [...all, ...emptyRulesets(empty, all)];
}

function isListingOfNft({ text, file, dialect }: RulesetSource): boolean {
  const found = dialect ?? DIALECT_IDS.find((id) => (DIALECTS[id] as Dialect).isLike(text, file));
  return found === 'nft' || found === 'nft-json';
}

function notShown({ text, file }: RulesetSource): InputError {
  return new InputError({
    code: 'no-ruleset',
    message: 'iptables can not show these tables, which nft made',
    value: excerpt(text.trim()),
    fix: 'give the output of nft list ruleset too, or instead',
    file,
  });
}

function isOfWindows({ text, dialect }: RulesetSource): boolean {
  return dialect === null ? isWindowsExport(text) : dialect === 'windows';
}

/** @throws InputError where files of Linux stand beside those of Windows */
function refuseOthers([other]: readonly RulesetSource[]): void {
  if (other === undefined) return;
  throw new InputError({
    code: 'other-dialect',
    message: 'not an export of Windows Defender Firewall, as the other files are',
    value: excerpt(other.text.trim().split('\n', 1)[0] ?? ''),
    fix: 'give the files of one computer; with several hosts say whose each is, for example maps-a=rules-a.reg',
    file: other.file,
  });
}

/** What is no ruleset may be one whose lines were wrapped: its error says so where it looks like that. */
function orWrapped(text: string, parse: () => Ruleset): Ruleset {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { line, fix } = error.problem;
    if (line === undefined || !mayBeWrappedAt(text, line)) throw error;
    throw new InputError({
      ...error.problem,
      fix: `${fix}; if the lines were wrapped on their way, ${UNWRAPPED}`,
    });
  }
}

const UNWRAPPED = 'give the file as the tool wrote it, not a copy from mail or a terminal';

/** Lines of a save begin in the first column; a copy may have been indented as a whole. */
function withoutIndent(source: RulesetSource): RulesetSource {
  const { text } = source;
  if (!/^[ \t]+(?:\*|create )/m.test(text) || isSave(text) || DIALECTS.ipset.isLike(text)) return source;
  const bare = text.replaceAll(/^[ \t]+/gm, '');
  return isSave(bare) || DIALECTS.ipset.isLike(bare) ? { ...source, text: bare } : source;
}

/** @throws InputError when the text looks like none of the dialects. */
export function detectDialect(text: string, file: string): DialectId {
  const found = DIALECT_IDS.find((id) => (DIALECTS[id] as Dialect).isLike(text, file));
  if (found !== undefined) return found;
  const { message, fix } = whatElse(text, file);
  throw new InputError({
    code: 'unknown-dialect',
    message,
    value: excerpt(text.trim().split('\n', 1)[0] ?? ''),
    fix: fix ?? `give the output of ${RULESET_TITLES}, or give --dialect`,
    file,
    line: 1,
    column: 1,
  });
}

/** What is stated decides where a file says nothing of itself; one that holds both families may be stated as either. */
function refuseOtherHeaders(text: string, file: string, dialect: DialectId): void {
  if (dialect !== 'iptables' && dialect !== 'ip6tables') return;
  const headers = [...text.matchAll(new RegExp(HEADER, 'gm'))];
  const [first] = headers;
  if (first === undefined || headers.some(([, tool]) => tool === dialect)) return;
  const other = dialect === 'iptables' ? 'ip6tables' : 'iptables';
  throw new InputError({
    code: 'other-dialect',
    message: `--dialect: "${dialect}", but the file header says: ${excerpt(first[0])}`,
    value: dialect,
    fix: `leave out --dialect, or give --dialect ${other}`,
    file,
    line: text.slice(0, first.index).split('\n').length,
    column: 1,
  });
}

function isSave(text: string): boolean {
  return /^\*(?:filter|nat|mangle|raw|security)\s*$/m.test(text);
}
