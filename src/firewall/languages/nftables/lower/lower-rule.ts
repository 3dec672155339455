import { isSame } from '../../../../net/interval-set.ts';
import type { Effect } from '../../../model/action.ts';
import { unknown, type Match } from '../../../model/match.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { assignChoice } from './set-statement.ts';
import { choose, isVerdict, type Choice } from './sets/map-lookup.ts';
import type { TableContext } from './context.ts';
import { formatStatement } from '../syntax/format-statement.ts';
import { isOfLaterVersion, readKey, type Key } from './sets/lookup-key.ts';
import { isListed } from './sets/set-lookup.ts';
import { natChoice } from './nat.ts';
import { familyNeeds, protocolNeeds } from './dependencies.ts';
import { relationMatches } from './relation.ts';
import { tellingOf } from '../quirks/iptables-nft-listing.ts';
import type { Relation, RuleDraft, SetUpdate, Statement } from '../syntax/syntax.ts';
import { verdictEffect, verdictId } from './verdict.ts';
import { SETS_NOT_FULL } from '../../../model/assumptions.ts';

/** Gives a rule its meaning. */
export function compileRule(draft: RuleDraft, context: TableContext): Rule {
  context.line = draft.line;
  context.at = draft.at;
  const { text, statements } = draft.read();
  const matches: Match[] = [];
  const effects: Effect[] = [];
  for (const statement of statements) {
    const choice = compileStatement(statement, context);
    addMatches(choice.matches, matches, effects);
    effects.push(...choice.effects);
  }
  return { line: draft.line, handle: draft.handle, text, matches, effects };
}

/** A test before all effects is the rule's; one after an effect decides on the rest only. */
function addMatches(added: readonly Match[], matches: Match[], effects: Effect[]): void {
  const fresh: Match[] = [];
  for (const match of added) {
    if (!matches.some((known) => isSameTest(known, match)) && !fresh.includes(match)) fresh.push(match);
  }
  if (effects.length === 0) matches.push(...fresh);
  else if (fresh.length > 0) effects.push({ kind: 'only-if', matches: fresh });
}

/** Implied tests repeat written ones: `meta l4proto tcp tcp dport 22`. */
function isSameTest(a: Match, b: Match): boolean {
  if (a === b) return true;
  if (a.kind !== 'number' || b.kind !== 'number' || a.field !== b.field || a.mask !== b.mask) return false;
  return (a.field === 'protocol' || a.field === 'family') && isSame(a.in, b.in);
}

function compileStatement(statement: Statement, context: TableContext): Choice {
  switch (statement.kind) {
    case 'match':
      return { matches: testMatches(statement, context), effects: NONE };
    case 'vmap':
      return choose(
        statement.key,
        statement.data,
        'verdict',
        (data) => {
          if (!isVerdict(data))
            return {
              id: '',
              effects: [
                { kind: 'unknown', text: formatStatement(statement), reason: { code: 'unsupported' } },
              ],
            };
          return { id: verdictId(data), effects: [verdictEffect(data, context)] };
        },
        statement,
        context,
      );
    case 'verdict':
      return { matches: NONE, effects: [verdictEffect(statement.verdict, context)] };
    case 'reject':
      return rejectChoice(statement, context);
    case 'queue':
      return { matches: NONE, effects: [{ kind: 'queue' }] };
    case 'assign':
      return assignChoice(statement, statement, context);
    case 'nat':
      return natChoice(statement, statement, context);
    case 'notrack':
      return { matches: NONE, effects: [{ kind: 'untrack' }] };
    case 'update':
      return updateChoice(statement, context);
    case 'lookup':
      return choose(
        statement.key,
        statement.data,
        'object',
        () => ({ id: '', effects: NONE }),
        statement,
        context,
      );
    case 'note':
      return { matches: NONE, effects: NONE };
    case 'condition':
      return { matches: [unknown(statement.text, statement.reason, statement.ifAlone)], effects: NONE };
    case 'unknown':
      return {
        matches: NONE,
        effects: [{ kind: 'unknown', text: statement.text, reason: statement.reason }],
      };
  }
}

const NONE: readonly never[] = [];

function testMatches(relation: Relation, context: TableContext): readonly Match[] {
  const told = context.isTranslated ? tellingOf(relation, context.table.family) : 'all';
  if (told === 'all') return relationMatches(relation, context);
  const behind = unknown(formatStatement(relation), { code: 'translated-extension' });
  return told === 'nothing' ? [behind] : [...relationMatches(relation, context), behind];
}

/** A listing leaves out the `meta nfproto` or `meta l4proto` that nft puts before a reject of one family or protocol. */
function rejectChoice(
  { type, code }: Extract<Statement, { kind: 'reject' }>,
  { table }: TableContext,
): Choice {
  const answer =
    type === null || code === 'port-unreachable' ? null : code === null ? type : `${type} ${code}`;
  const effects: readonly Effect[] = [{ kind: 'reject', with: answer }];
  switch (type) {
    case 'tcp reset':
      return { matches: protocolNeeds(6), effects };
    case 'icmp':
      return { matches: familyNeeds(4, table.family), effects };
    case 'icmpv6':
      return { matches: familyNeeds(6, table.family), effects };
    default:
      return { matches: NONE, effects };
  }
}

/** Adding to a set ends the rule when the set is full or the statement in it says so; deleting never does. */
function updateChoice(update: SetUpdate, context: TableContext): Choice {
  const { text, operation, key, reason } = update;
  const read = readKey(key, context);
  const { needs } = read;
  if (isOfLaterVersion(read))
    return { matches: [...needs, unknown(text, { code: 'unsupported' })], effects: NONE };
  if (reason !== null) return { matches: [...needs, unknown(text, reason)], effects: NONE };
  return {
    matches: operation === 'delete' ? needs : [...needs, hasRoom(update, read, context)],
    effects: NONE,
  };
}

/** An element that is there already is found again; for another one there must be room. */
function hasRoom(update: SetUpdate, key: Key, context: TableContext): Match {
  const set = update.set === null ? undefined : context.table.sets.get(update.set);
  const size = update.size ?? set?.size ?? USUAL_SIZE;
  if (size - (set?.elements.length ?? 0) >= AMPLE) return NOT_FULL;
  const perhaps = unknown(update.text, { code: 'full-set' });
  const isKnown =
    set !== undefined && !set.isReduced && (set.uncertainty?.code ?? 'changing-set') === 'changing-set';
  if (!isKnown) return perhaps;
  return { kind: 'any', of: [isListed(key, set, update, context), perhaps] };
}

const NOT_FULL: Match = { kind: 'assumed', holds: true, assumption: SETS_NOT_FULL };

/** The kernel's size of a set that rules add to and whose head names none. */
const USUAL_SIZE = 65_535;

/** With room for fewer elements than this, others may have filled the set by the time of the packet. */
const AMPLE = 1024;
