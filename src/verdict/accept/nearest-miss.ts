import { nearestWord } from '../../nearest-word.ts';
import {
  namesFlow,
  namesOf,
  type AcceptableFlow,
  type AcceptableReport,
  type Part,
} from './accepted-parts.ts';
import type { Exception } from './exception.ts';
import { beyond, failingSources } from './failing-sources.ts';

/** What of a report comes nearest to an exception that matches nothing. */
interface Miss {
  readonly nearest: string | null;
  readonly now: string | null;
  /** A source that it fails for and that the exception does not name, where that alone differs. */
  readonly beyond: string | null;
}

/** A flow that its pattern names, and how it fares now; else the flow whose finding has its code, or whose id is spelled alike. */
export function nearestMiss(exception: Exception, parts: readonly Part[], report: AcceptableReport): Miss {
  const flows: readonly AcceptableFlow[] = report.flows;
  const named =
    flows.find((flow) => flow.verdict !== 'pass' && namesFlow(exception, flow)) ??
    flows.find((flow) => namesFlow(exception, flow));
  if (named !== undefined) {
    const beside = beyondSources(exception, named, parts);
    return { nearest: nameOf(named), now: nowText(exception, named, { parts, beside }), beyond: beside };
  }
  const alike = parts.find(({ code, flow }) => code === exception.code && flow !== null);
  if (alike?.flow) return { nearest: nameOf(alike.flow), now: null, beyond: null };
  const ids = flows.flatMap(namesOf);
  const [pattern = ''] = exception.patterns;
  return { nearest: nearestWord(pattern, ids) ?? null, now: null, beyond: null };
}

function nameOf(flow: AcceptableFlow): string {
  return namesOf(flow).at(-1) ?? flow.id;
}

/** An address that the finding of the code is about, and the exception not. */
function beyondSources(
  { code, sources }: Exception,
  flow: AcceptableFlow,
  parts: readonly Part[],
): string | null {
  if (sources === null || !parts.some((part) => part.flow === flow && part.code === code)) return null;
  return beyond(sources, failingSources(flow) ?? [])[0] ?? null;
}

/** `pass`, `fail (blocked by -A INPUT -j DROP)`, `unproven (udp-silent)` */
function nowText(
  { code, rules, process }: Exception,
  flow: AcceptableFlow,
  { parts, beside }: { readonly parts: readonly Part[]; readonly beside: string | null },
): string {
  const { verdict } = flow;
  const about = parts.filter((part) => part.flow === flow);
  const other = about.filter((part) => part.code === code);
  if (beside !== null) return `${verdict} (${code} for more addresses: one is ${beside})`;
  if (other.length > 0 && rules !== null) {
    const decides = other.map((one) => one.rules.join(', then ')).join('; ');
    return `${verdict} (${code} by ${decides === '' ? 'no rule' : decides})`;
  }
  const programs = other.flatMap((one) => one.process ?? []);
  if (programs.length > 0 && process !== null) return `${verdict} (${code} by ${programs.join(', ')})`;
  const codes = [...new Set(about.map((part) => part.code))];
  if (verdict === 'pass' || codes.length === 0) return `${verdict} (${seenOf(flow)})`;
  return `${verdict} (${codes.join(', ')})`;
}

function seenOf(flow: AcceptableFlow): string {
  return 'proof' in flow ? flow.proof.result : `${flow.state}, ${flow.reason}`;
}
