import { groupBy } from '../../../group-by.ts';
import type { AuditedFlow, AuditReport } from '../../../verdict/reports/audit-report.ts';
import { portsText } from '../../../verdict/reports/label.ts';
import type { Style } from '../../style.ts';
import { paragraph } from '../parts/paragraph.ts';
import { SYMBOL } from '../parts/verdict-symbol.ts';
import { resultWord } from './row.ts';

/** What is wrong, in a sentence: what fails, else what is not proven, else that all is as it must be. */
export function headline({ flows, summary, findings }: AuditReport, style: Style): readonly string[] {
  const { fail, unproven } = summary;
  const tone = fail > 0 ? 'fail' : unproven > 0 || flows.length === 0 ? 'unproven' : 'pass';
  const isLimited = findings.some(({ code }) => code === 'conditional');
  const text = paragraph(`${SYMBOL[tone]} `, sentence(flows, summary, isLimited), style);
  return [style.paint[tone](text.slice(0, 1)) + text.slice(1)];
}

function sentence(
  flows: readonly AuditedFlow[],
  { fail, unproven, accepted = 0 }: AuditReport['summary'],
  isLimited: boolean,
): string {
  const all = flows.length;
  if (all === 0) return 'Nobody was asked about: nothing is proven.';
  const open = flows.filter((flow) => flow.accepted === undefined);
  if (fail > 0) {
    const what = clauses(
      open.filter(({ verdict }) => verdict === 'fail'),
      flows,
    );
    return `${fail} of ${all} flows ${fail === 1 ? 'fails' : 'fail'}: ${what}.${unproven > 0 ? ` ${unproven} more ${unproven === 1 ? 'is' : 'are'} unproven.` : ''}`;
  }
  if (unproven > 0) {
    const what = clauses(
      open.filter(({ verdict }) => verdict === 'unproven'),
      flows,
    );
    return `No flow fails, but ${unproven} of ${all} ${unproven === 1 ? 'is' : 'are'} unproven: ${what}.`;
  }
  const limits = isLimited ? ', as long as the limits named below are kept' : '';
  if (accepted === all)
    return `${all === 1 ? 'The only flow is' : `All ${all} flows are`} accepted${limits}.`;
  if (accepted > 0)
    return `${all - accepted} of ${all} flows are as they must be, and ${accepted} ${accepted === 1 ? 'is' : 'are'} accepted${limits}.`;
  return `${all === 1 ? 'The only flow is as it' : `All ${all} flows are as they`} must be${limits}.`;
}

/** More of them nobody keeps in mind. */
const SHOWN = 3;

/** `client is blocked from 102/tcp; outsiders reach 103/tcp and 2 more` */
function clauses(flows: readonly AuditedFlow[], all: readonly AuditedFlow[]): string {
  const hosts = new Set(all.map(({ host }) => host));
  const groups = groupBy(flows, (flow) => JSON.stringify([flow.from.role, resultWord(flow), flow.host]));
  const shown = groups.slice(0, SHOWN).map((group) => {
    const [flow] = group;
    return flow === undefined ? '' : clause(flow, portsText(group), hosts.size > 1 ? ` on ${flow.host}` : '');
  });
  const rest = groups.slice(SHOWN).flat().length;
  return `${shown.join('; ')}${rest > 0 ? `; and ${rest} more flows` : ''}`;
}

function clause(flow: AuditedFlow, ports: string, on: string): string {
  const { role } = flow.from;
  const who = role === 'outsider' ? 'outsiders' : role;
  if (flow.verdict === 'unproven') return `whether ${who} can reach ${ports}${on}`;
  switch (resultWord(flow)) {
    case 'blocked':
      return `${who} cannot reach ${ports}${on}`;
    case 'partly':
      return `some addresses of ${who} cannot reach ${ports}${on}`;
    case 'exposed':
      return `${who} can reach ${ports}${on}`;
    default:
      return `whether ${who} can reach ${ports}${on}`;
  }
}
