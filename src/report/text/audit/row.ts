import type { AuditedFlow } from '../../../verdict/reports/audit-report.ts';
import {
  decidingEntry,
  decidingRules,
  fateShown,
  ruleRef,
  whyOpen,
  type Fate,
} from '../../../verdict/trace/deciding-rule.ts';
import { casesText } from '../../../verdict/trace/text/cases-text.ts';
import { placeWithPolicy } from '../../../verdict/trace/text/condition-text.ts';
import { reliedTexts } from '../../../verdict/trace/text/relied-texts.ts';
import { decidedClauses, decidedPlaces, otherClause } from '../../../verdict/trace/text/decided-text.ts';
import type { OnlyBy } from '../../../verdict/trace/decided-by.ts';
import { onlyOfAll, onlyText } from '../../../verdict/trace/text/only-text.ts';
import { rulePlace, ruleText } from '../../../verdict/trace/rule-label.ts';
import { reasonsText } from '../../../verdict/trace/text/reason-text.ts';

/** What goes wrong for some is said, whatever is left open for others. */
export function resultWord({ verdict, expected, proof: { result } }: AuditedFlow): string {
  if (verdict !== 'fail') return result;
  if (expected === 'blocked') return 'exposed';
  return result === 'undecided' || result === 'depends' ? 'partly' : result;
}

const NOTHING: Readonly<Record<Fate, string>> = {
  allowed: 'no rule blocks it',
  blocked: 'no address of its family',
  undecided: '',
};

/** How much is said of the rules that decide. */
export interface Detail {
  /** Places name the file. */
  readonly withFile: boolean;
  /**
   * `whole`: place and text of the rules; `places`: where several decide the places alone, with their numbers of addresses;
   * `bare`: nothing but places, which tells flows apart that have another reason.
   */
  readonly amount: 'whole' | 'places' | 'bare';
}

/** The rules that decide, or what leaves it open; of who must get in also which connections, where not all are blocked. */
export function decidedText(flow: AuditedFlow, detail: Detail): string {
  const fate = fateShown(flow);
  const only = flow.expected === 'reachable' && fate === 'blocked' ? onlyBlocked(flow.proof) : null;
  return `${only === null ? '' : `${onlyText(only)}: `}${rulesText(flow, fate, detail)}`;
}

/** Where it is the same of all who are blocked; an older report has the port of the witness alone. */
function onlyBlocked({ witnessPort, decidedBy }: AuditedFlow['proof']): OnlyBy | null {
  const own = decidedBy.filter(({ result }) => result === 'blocked');
  if (own.some(({ only }) => only !== undefined)) return onlyOfAll(own);
  return witnessPort === null ? null : { sourcePort: witnessPort };
}

function rulesText(flow: AuditedFlow, fate: Fate, { withFile, amount }: Detail): string {
  const { trace, why, cases, conditions, decidedBy } = flow.proof;
  if (fate === 'undecided' && cases.length > 1)
    return `${whose(flow.proof)}${casesText(cases, { withFile, isWhole: amount === 'whole' })}`;
  const entry = decidingEntry(trace, fate);
  if (entry === null) return why ?? NOTHING[fate];
  const relied = reliedTexts(conditions, withFile);
  const kept = relied.length === 0 ? '' : `, while ${relied.join(' and ')}`;
  const own = decidedBy.filter(({ result }) => result === fate);
  const others = decidedBy.filter(({ result }) => result !== fate);
  if (own.length > 1 || (own.length > 0 && others.length > 0)) {
    const other = otherClause(others);
    const text =
      amount === 'whole'
        ? [...decidedClauses(own), ...(other === null ? [] : [other])].join(' · ')
        : decidedPlaces(own, others, { withFile, isCounted: amount === 'places' });
    return `${text}${kept}`;
  }
  const [first = entry, ...then] = decidingRules(trace, fate);
  const isBare = amount === 'bare';
  const place = isBare ? placeWithPolicy(ruleRef(first), withFile) : rulePlace(ruleRef(first), { withFile });
  const onward = then.map((each) => `, then ${rulePlace(ruleRef(each), { withFile })}`).join('');
  const reason = fate === 'undecided' ? `: ${reasonsText(whyOpen(entry, fate))}` : '';
  // What a rule of Windows says begins with its name and ID, and its program comes late.
  const max = first.title === undefined && amount !== 'whole' ? {} : { max: MAX_NAMED };
  const shown = isBare ? '' : `  ${ruleText(ruleRef(first), { isNamed: amount !== 'whole', ...max })}`;
  return `${place}${shown}${onward}${reason}${kept}`;
}

/** The longest that was seen of a real machine has 903 characters. */
const MAX_NAMED = 1200;

/** Of whom the cases are, where some of the flow are decided: the few by name, else one. */
function whose({
  casesAreOfAll,
  witness,
  undecidedFrom,
  allowedFrom,
  blockedFrom,
}: AuditedFlow['proof']): string {
  if (!casesAreOfAll) return `e.g. ${witness}: `;
  const areOthersDecided = allowedFrom.length + blockedFrom.length > 0;
  return areOthersDecided && undecidedFrom.length <= MAX_SOURCES ? `${undecidedFrom.join(', ')}: ` : '';
}

const MAX_SOURCES = 2;
