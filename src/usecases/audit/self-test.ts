import { readRulesetSources } from '../../firewall/languages/dialect.ts';
import type { Reason } from '../../firewall/model/reason.ts';
import type { Chain, Rule, Ruleset } from '../../firewall/model/ruleset.ts';
import { eachTestOf } from '../../firewall/model/visit-matches.ts';
import {
  NOTHING_KNOWN,
  type WindowsCircumstances,
} from '../../firewall/languages/windows/lower/circumstances.ts';
import { redactedSetting, ruleRedactor } from '../../facts/redact-rule.ts';
import { InputError } from '../../input-error.ts';
import { printable } from '../../printable.ts';
import type { System } from '../../system/system.ts';
import { reasonText } from '../../verdict/trace/text/reason-text.ts';
import type { Tool } from '../../verdict/reports/head.ts';
import { ANY_DIALECT } from './dialects.ts';
import { sourceName } from '../read-input.ts';
import { readSources, refuseRulesetFiles } from './read-rulesets.ts';

/** A part of a rule that was not understood, or, without a rule, a setting, a name or the end of a file. */
interface Unread {
  readonly file: string;
  readonly line: number;
  readonly rule: string | null;
  /** Null for a value that Windows does not document. */
  readonly reason: Reason | null;
  readonly part: string;
}

/** What a self-test found. */
export interface SelfTest {
  readonly text: string;
  /** Everything was understood. */
  readonly isClean: boolean;
}

/**
 * What of the user's own files this program did not understand, without names, addresses, identities and paths, so that it can be sent
 * in. A file that can't be read is part of the answer.
 */
export async function selfTest(
  files: readonly string[],
  { system, tool }: { readonly system: System; readonly tool: Tool },
): Promise<SelfTest> {
  refuseRulesetFiles(files);
  const head = [
    `vwaudit ${tool.version} self-test. Names, addresses, identities and paths are replaced;`,
    'read it before you send it in.',
  ].join('\n');
  try {
    const sources = await readSources(files, ANY_DIALECT, system);
    const rulesets = readRulesetSources(sources)(ALL_GIVEN);
    const unread = [...unreadOf(rulesets), ...undocumentedOf(rulesets)];
    const redacted = ruleRedactor(unread.flatMap(({ rule, part }) => [rule ?? '', part]));
    const lines = unread.map(({ file, line, rule, reason, part }) =>
      [
        `${fileText(file, files)}line ${line}: ${codeText(reason, redacted)}`,
        `    part: ${printable(rule === null ? part : redacted(part))}`,
        ...(rule === null ? [] : [`    rule: ${printable(redacted(rule))}`]),
      ].join('\n'),
    );
    const entries = rulesets.reduce((sum, one) => sum + (one.entries ?? rulesOf(one).length), 0);
    const kinds = rulesets.map(({ dialect }) => dialect).join(', ') || 'port tables';
    const read = `${kinds}: ${entries} rules and settings read, ${unread.length} parts not understood`;
    return { text: [head, read, ...lines, ''].join('\n'), isClean: unread.length === 0 };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code, message, file, line = 0, column = 0, value = '' } = error.problem;
    const redacted = ruleRedactor([value]);
    const place = `not read: ${code} at ${fileText(file ?? value, files)}line ${line}, column ${column}`;
    const said = `    ${printable(withoutFiles(message, files))}`;
    return {
      text: [head, place, said, `    value: ${printable(redacted(value))}`, ''].join('\n'),
      isClean: false,
    };
  }
}

/** A store that is missing keeps nothing of what the files say out of sight. */
const ALL_GIVEN: WindowsCircumstances = { ...NOTHING_KNOWN, isComplete: true };

/** Codes whose text repeats what is in the file say the code alone. */
function codeText(reason: Reason | null, redacted: (text: string) => string): string {
  if (reason === null) return 'undocumented-value';
  return Object.keys(reason).length === 1 ? `${reason.code}: ${redacted(reasonText(reason))}` : reason.code;
}

/** Of several files which one, by its place on the command line, since its name may tell whose it is. */
function fileText(file: string, files: readonly string[]): string {
  const index = files.findIndex((word) => sourceName(word) === file);
  return files.length === 1 || index < 0 ? '' : `file-${index + 1} `;
}

function withoutFiles(message: string, files: readonly string[]): string {
  return files.reduce((text, file, index) => text.replaceAll(file, `file-${index + 1}`), message);
}

/** What this program lacks; what else leaves a rule open depends on the host or its peers. */
const NOT_UNDERSTOOD: ReadonlySet<Reason['code']> = new Set<Reason['code']>([
  ...([
    'rule-grammar',
    'rule-key',
    'rule-version',
    'unread-setting',
    'setting-unclear',
    'misspelt-name',
    'cut-export',
    'filter-not-given',
  ] as const),
  ...(['network-name', 'windows-version', 'local-only-mapping'] as const),
  ...(['unsupported', 'unsupported-mask', 'unknown-name', 'unknown-match-module', 'icmp-type'] as const),
  ...(['ipv6-address-type', 'literal-star', 'compares-two-properties', 'ambiguous-flags'] as const),
  ...(['too-many-exceptions', 'only-exceptions', 'netmask-of-several', 'undeclared-set'] as const),
  ...(['no-such-set', 'no-such-chain', 'no-such-chain-or-target', 'unread-set-option'] as const),
  ...(['unknown-set-dimension', 'lost-statements', 'cut-statement', 'opaque-extension'] as const),
  ...(['translated-extension', 'overlapping-elements', 'joined-verdicts'] as const),
]);

/** Each once, though a rule is in the lists of several profiles. */
function unreadOf(rulesets: readonly Ruleset[]): readonly Unread[] {
  const found = new Map<string, Unread>();
  for (const [ruleset, rule] of rulesets.flatMap((one) => rulesOf(one).map((rule) => [one, rule] as const))) {
    const file = rule.source?.file ?? ruleset.file;
    const add = (reason: Reason, part: string): void => {
      if (!NOT_UNDERSTOOD.has(reason.code)) return;
      const named = namedIn(reason);
      const one =
        named === null
          ? { file, line: rule.line, rule: rule.text, reason, part }
          : { file, line: rule.line, rule: null, reason, part: named };
      found.set(JSON.stringify(one), one);
    };
    eachTestOf(rule, (match) => {
      if (match.kind === 'unknown') add(match.reason, match.text);
    });
    for (const effect of rule.effects) if (effect.kind === 'unknown') add(effect.reason, effect.text);
  }
  return [...found.values()];
}

function undocumentedOf(rulesets: readonly Ruleset[]): readonly Unread[] {
  return rulesets
    .flatMap(({ undocumented = [] }) => undocumented)
    .map(({ text, ...place }) => ({ ...place, rule: null, reason: null, part: redactedSetting(text) }));
}

/** What a setting or the end of a file is called there, as far as it tells nobody's name; null of a part of a rule. */
function namedIn(reason: Reason): string | null {
  switch (reason.code) {
    case 'setting-unclear':
    case 'unread-setting':
      return redactedSetting(reason.setting);
    case 'misspelt-name': {
      const { name, perhaps } = reason;
      return perhaps === null ? redactedSetting(name) : `${name} (perhaps ${perhaps})`;
    }
    case 'cut-export':
      return `lacks ${reason.lacks}`;
    default:
      return null;
  }
}

function rulesOf({ tables }: Ruleset): readonly Rule[] {
  return tables.flatMap(({ chains }) => [...chains.values()].flatMap(rulesOfChain));
}

function rulesOfChain({ rules, idle, forOthers }: Chain): readonly Rule[] {
  return [...rules, ...(idle?.() ?? []).map(({ rule }) => rule), ...(forOthers?.() ?? [])];
}
