import { groupsBy } from '../../group-by.ts';
import { printable } from '../../printable.ts';
import type { Finding } from '../findings/finding.ts';
import { ACCEPTANCE_CODES } from '../findings/acceptance.ts';
import type { AuditReport } from '../reports/audit-report.ts';
import type { SavedCheck } from '../reports/check-report.ts';
import type { MergeReport } from '../reports/merge-report.ts';
import { causeTexts } from '../trace/text/cause-texts.ts';
import { SEVERITIES } from '../shapes/severity.ts';
import { beyond, failingSources } from './failing-sources.ts';
import { fits, NO_FLOW, type Exception } from './exception.ts';

/** A report that exceptions apply to. */
export type AcceptableReport = SavedCheck | AuditReport | MergeReport;

/** A flow of it. */
export type AcceptableFlow = AcceptableReport['flows'][number];

/** A finding as far as it is about one flow; `flow` null: about none. `finding` null: no finding is about the flow. */
export interface Part {
  readonly finding: (Finding<string> & { readonly vantages?: readonly string[] }) | null;
  readonly flow: AcceptableFlow | null;
  readonly code: string;
  readonly rules: readonly string[];
  /** The program the finding names. */
  readonly process: string | null;
}

/** Everything exceptions can be about: each finding with each of its flows, and flows that do not pass and have none. */
export function partsOf(report: AcceptableReport): readonly Part[] {
  const flows: readonly AcceptableFlow[] = report.flows;
  const byId = groupsBy(flows, ({ id }) => id);
  const findings: readonly (Finding<string> & { readonly vantages?: readonly string[] })[] = report.findings;
  const found = findings
    .filter(({ code }) => !ACCEPTANCE_CODES.has(code))
    .flatMap((finding): readonly Part[] => {
      const { code, vantages, args, rules = [] } = finding;
      const process = typeof args.process === 'string' ? args.process : null;
      const common = { finding, code, process };
      const texts = rules.map(({ text }) => printable(text));
      const about = finding.flows
        .flatMap((id) => byId.get(id) ?? [])
        .filter((flow) => !('vantage' in flow) || (vantages?.includes(flow.vantage) ?? true));
      if (about.length === 0) return [{ ...common, flow: null, rules: texts }];
      return about
        .filter(isAsked)
        .map((flow) => ({ ...common, flow, rules: causeTexts(finding, flow.expected) ?? texts }));
    });
  const mentioned = new Set(found.map(({ flow }) => flow));
  const alone = flows
    .filter((flow) => flow.verdict !== 'pass' && !mentioned.has(flow) && isAsked(flow))
    .map((flow): Part => {
      const code = flow.verdict === 'fail' ? 'failed' : 'unproven';
      return { finding: null, flow, code, rules: [], process: null };
    });
  return [...found, ...alone];
}

/** What an interrupted run did not ask is nothing that somebody could accept. */
function isAsked(flow: AcceptableFlow): boolean {
  return !('reason' in flow) || flow.reason !== 'interrupted';
}

/** The parts that explain why a flow does not pass: the most severe ones. */
export function explainingParts(parts: readonly Part[]): readonly Part[] {
  const rank = ({ finding }: Part): number => SEVERITIES.indexOf(finding?.severity ?? 'note');
  const worst = Math.min(...parts.map(rank));
  return parts.filter((part) => rank(part) === worst);
}

/** How a pattern may name a flow: by its id, in a merged report also with the vantage point. */
export function namesOf(flow: AcceptableFlow | null): readonly string[] {
  if (flow === null) return [NO_FLOW];
  return 'vantage' in flow ? [flow.id, `${flow.id} as ${flow.vantage}`] : [flow.id];
}

/** Whether one of the patterns names the flow. */
export function namesFlow({ patterns }: Exception, flow: AcceptableFlow | null): boolean {
  return namesOf(flow).some((name) => patterns.some((pattern) => fits(pattern, name)));
}

/** Whether the exception is about this: code, flow and, where it names them, rules, program and sources. */
export function covers(exception: Exception, part: Part): boolean {
  return (
    exception.code === part.code &&
    isSameCause(exception, part) &&
    namesFlow(exception, part.flow) &&
    isWithinReviewed(exception, part.flow)
  );
}

function isWithinReviewed({ sources }: Exception, flow: AcceptableFlow | null): boolean {
  if (sources === null) return true;
  const failing = failingSources(flow);
  return failing !== null && beyond(sources, failing).length === 0;
}

function isSameCause({ rules: wanted, process }: Exception, { rules, ...part }: Part): boolean {
  if (process !== null && process !== part.process) return false;
  // Where one of several reviewed rules is mended, the others are still reviewed.
  return wanted === null || (rules.length > 0 && rules.every((text) => wanted.includes(text)));
}
