import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { PassedOver } from '../../firewall/proof/unordered/passed-over.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { CauseAt } from '../findings/cause-at.ts';
import type { FindingArgs, FindingCode } from '../findings/registry.ts';
import type { AuditedFlow } from '../reports/audit-report.ts';
import { conditionsText } from '../trace/text/condition-text.ts';
import { decidingEntry, ruleRef } from '../trace/deciding-rule.ts';
import { ruleLabel } from '../trace/rule-label.ts';
import type { Audited } from './judge-audit.ts';

/** A flow with all that led to its verdict. */
export interface JudgedAccess {
  readonly audited: Audited;
  readonly result: AuditedFlow;
}

/** Codes that say why a rule or setting keeps a flow from faring as it should. */
type CauseCode = {
  readonly [C in FindingCode]: FindingArgs[C] extends CauseAt ? C : never;
}[FindingCode];

/** Why one flow fares as it does in one case. */
export type Cause = {
  readonly [C in CauseCode]: {
    readonly code: C;
    readonly args: Omit<FindingArgs[C], Exclude<keyof CauseAt, 'when'>>;
    readonly rules: readonly RuleRef[];
  };
}[CauseCode];

/** The causes that the rules themselves show, in every case of the answer. */
export function causesOf({ audited, result }: JudgedAccess): readonly Cause[] {
  const { found } = audited;
  if (!found.isUnordered || isAsItShould(result)) return [];
  const otherFirewalls = audited.circumstances.machine?.otherFirewalls ?? [];
  const cases = found.casesOf(found.witness);
  return cases.flatMap((one): readonly Cause[] => {
    const when = cases.length > 1 ? conditionsText(one.conditions, true) : '';
    return [
      ...(one.fate === 'undecided'
        ? ofOpenCase(one, when, otherFirewalls)
        : ofCase(one, result.expected, when)),
    ];
  });
}

/** What passes has no cause, unless it is a firewall that is off. */
function isAsItShould({ verdict, proof }: AuditedFlow): boolean {
  return verdict === 'pass' && !proof.trace.some(({ nature }) => nature === 'filters-nothing');
}

function ofCase(
  { fate, trace, passedOver }: AnswerCase,
  expected: AuditedFlow['expected'],
  when: string,
): readonly Cause[] {
  const entry = decidingEntry(trace, fate === 'allowed' ? 'allowed' : 'blocked');
  if (entry === null) return [];
  const rules = [ruleRef(entry)];
  const rule = ruleLabel(ruleRef(entry));
  if (fate === 'allowed') {
    if (entry.nature === 'filters-nothing') return [{ code: 'firewall-off', args: { when, rule }, rules }];
    return expected === 'blocked' ? withoutEffect(passedOver(), 'drop', when) : [];
  }
  if (expected === 'blocked') return [];
  if (entry.nature === 'blocks-all') return [{ code: 'shields-up', args: { when, rule }, rules }];
  if (entry.nature === 'prompt') return [{ code: 'query-user-block', args: { when, rule }, rules }];
  const others = passedOver();
  const beaten = others.find(
    ({ effect, isSure, by }) => effect === 'accept' && isSure && by.kind === 'precedence',
  );
  if (beaten !== undefined && entry.kind === 'rule')
    return [
      {
        code: 'block-beats-allow',
        args: { when, rule, allow: ruleLabel(beaten.rule) },
        rules: [...rules, beaten.rule],
      },
    ];
  return withoutEffect(others, 'accept', when);
}

/** A rule that would decide, were it not for a setting or the profiles it is for. */
function withoutEffect(
  passedOver: readonly PassedOver[],
  wanted: PassedOver['effect'],
  when: string,
): readonly Cause[] {
  const idle = passedOver.filter(({ effect, isSure }) => effect === wanted && isSure);
  for (const { rule, by } of idle)
    if (by.kind === 'setting') {
      const effect = wanted === 'accept' ? 'allow' : 'block';
      const args = { when, rule: ruleLabel(rule), effect, setting: ruleLabel(by.setting) } as const;
      return [{ code: 'local-rules-ignored', args, rules: [rule, by.setting] }];
    }
  for (const { rule, by } of idle)
    if (by.kind === 'profile' && wanted === 'accept') {
      const args = { when, rule: ruleLabel(rule), profiles: by.profiles, here: by.here };
      return [{ code: 'profile-mismatch', args, rules: [rule] }];
    }
  return [];
}

function ofOpenCase({ trace }: AnswerCase, when: string, products: readonly string[]): readonly Cause[] {
  return trace
    .filter(({ effect }) => effect === 'undecided')
    .flatMap((entry) => ofOpenRule(entry, when, products));
}

function ofOpenRule(entry: TraceEntry, when: string, products: readonly string[]): readonly Cause[] {
  const rules = [ruleRef(entry)];
  return entry.reasons.flatMap((reason): readonly Cause[] => {
    switch (reason.code) {
      case 'ipsec':
        return [{ code: 'ipsec-required', args: { when, rule: ruleLabel(ruleRef(entry)) }, rules }];
      case 'same-rule-id':
        return [
          { code: 'same-id-in-both-stores', args: { when, id: reason.id, places: reason.places }, rules },
        ];
      case 'other-product':
        return [{ code: 'other-firewall-registered', args: { when, products }, rules }];
      default:
        return [];
    }
  });
}
