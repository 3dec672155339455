import { stringify } from 'yaml';
import { groupBy, groupsBy } from '../../group-by.ts';
import { InputError } from '../../input-error.ts';
import type { AcceptableReport, Part } from '../../verdict/accept/accepted-parts.ts';
import { telltaleSources } from '../../verdict/accept/failing-sources.ts';
import { explainingParts, namesOf, partsOf } from '../../verdict/accept/accepted-parts.ts';
import { fits } from '../../verdict/accept/exception.ts';
import { dayProblem, reasonProblem } from './exception-fields.ts';
import { failingSeverities, type Severity } from '../../verdict/shapes/severity.ts';

/** An entry of the exceptions file, as it is written. */
export interface ExceptionEntry {
  readonly code: string;
  readonly flow: readonly string[];
  readonly rule?: readonly string[];
  readonly process?: string;
  readonly sources?: readonly string[];
  readonly reason: string;
  readonly until: string;
}

export interface AcceptOptions {
  /** Of every entry that the report does not have a reason for. */
  readonly reason: string;
  readonly until: string;
  /** Only these codes; empty: all. */
  readonly codes: readonly string[];
  /** Only flows that one of these patterns names; empty: all. */
  readonly patterns: readonly string[];
  readonly failOn: Severity;
}

interface Written {
  readonly entry: ExceptionEntry;
  /** What the finding says. */
  readonly message: string;
}

/**
 * An entry for each finding that fails a run or leaves a flow unproven. What the report says is accepted keeps its reason and day.
 * @throws InputError where there is none
 */
export function exceptionsFor(report: AcceptableReport, options: AcceptOptions): readonly Written[] {
  const { codes, patterns, failOn } = options;
  const ofCodes = failingParts(partsOf(report), failOn).filter(
    ({ code }) => codes.length === 0 || codes.includes(code),
  );
  refusePatterns(patterns, ofCodes);
  const wanted = ofCodes.filter(
    (part) => patterns.length === 0 || patterns.some((pattern) => isNamedBy(pattern, part)),
  );
  const groups = groupBy(wanted, (part) =>
    JSON.stringify([
      part.code,
      part.rules,
      part.process,
      acceptedOf(part),
      telltaleSources(part.flow),
      part.finding?.message,
    ]),
  );
  const isNarrowed = codes.length > 0 || patterns.length > 0;
  if (groups.length === 0)
    throw new InputError({
      code: 'nothing-to-accept',
      message: isNarrowed
        ? 'the report has nothing to accept: nothing that --code and --flow name fails or is unproven'
        : 'the report has nothing to accept: nothing in it fails or is unproven',
      fix: isNarrowed
        ? 'leave out --code and --flow, or give others'
        : 'no exceptions file is needed for it; give a report that fails',
    });
  return groups.flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const { code, rules, process, finding } = one;
    const flow = [...new Set(group.map((part) => namesOf(part.flow).at(-1) ?? ''))];
    const { reason, until } = acceptedOf(one) ?? options;
    const cause = { ...(rules.length > 0 && { rule: rules }), ...(process !== null && { process }) };
    const sources = telltaleSources(one.flow);
    const entry = { code, flow, ...cause, ...(sources !== null && { sources }), reason, until };
    return [{ entry, message: finding?.message ?? 'no finding is about these flows' }];
  });
}

function isNamedBy(pattern: string, { flow }: Part): boolean {
  return namesOf(flow).some((name) => fits(pattern, name));
}

/** @throws InputError for a pattern that names none of what can be accepted, with the flows that it could name */
function refusePatterns(patterns: readonly string[], parts: readonly Part[]): void {
  const vain = patterns.find((pattern) => !parts.some((part) => isNamedBy(pattern, part)));
  if (vain === undefined || parts.length === 0) return;
  const ids = [...new Set(parts.map(({ flow }) => namesOf(flow).at(-1) ?? ''))];
  const rest = ids.length > SHOWN ? ` (and ${ids.length - SHOWN} more)` : '';
  throw new InputError({
    code: 'no-such-flow',
    message: `--flow: no flow that fails or is unproven is named "${vain}"`,
    value: vain,
    fix: `give for example ${ids.slice(0, SHOWN).join(', ')}${rest}`,
  });
}

const SHOWN = 3;

function acceptedOf({ finding, flow }: Part): { readonly reason: string; readonly until: string } | null {
  const accepted = finding?.accepted ?? flow?.accepted;
  if (accepted === undefined) return null;
  // A report that somebody edited may say anything.
  const isFit = reasonProblem(accepted.reason) === null && dayProblem(accepted.until) === null;
  return isFit ? accepted : null;
}

/** What explains why a flow does not pass, and findings that fail on their own. */
function failingParts(parts: readonly Part[], failOn: Severity): readonly Part[] {
  const failing = failingSeverities(failOn);
  const explaining = new Set(
    [...groupsBy(parts, ({ flow }) => flow)].flatMap(([flow, group]) =>
      flow === null || flow.verdict === 'pass' ? [] : explainingParts(group),
    ),
  );
  return parts.filter(
    (part) => explaining.has(part) || (part.finding !== null && failing.includes(part.finding.severity)),
  );
}

/** The text of the file; each entry follows what its finding says. */
export function exceptionsText(written: readonly Written[]): string {
  const entries = written.map(({ entry, message }) => {
    const yaml = stringify([entry], { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
    return `# ${message}\n${yaml}`;
  });
  return [HEAD, ...entries].join('\n');
}

const HEAD = `# Exceptions for vwaudit --accept: what was reviewed, why, and until which day. Entries that end or match nothing are reported.
# In a flow * stands for any text. Without a rule (or process), whatever rule decides is accepted; without sources, for whatever addresses.
`;
