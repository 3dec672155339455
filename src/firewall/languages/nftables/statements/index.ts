import type { TableContext } from '../lower/context.ts';
import type { Lowered } from '../lower/lowered.ts';
import type { Statement } from '../syntax/syntax.ts';
import { CONNTRACK_OBJECT } from './changes/conntrack-object.ts';
import { MANGLE } from './changes/mangle.ts';
import { NOTRACK } from './changes/notrack.ts';
import { RESET } from './changes/reset.ts';
import { SET_UPDATE } from './changes/set-update.ts';
import { FWD } from './decisions/fwd.ts';
import { NAT } from './decisions/nat.ts';
import { QUEUE } from './decisions/queue.ts';
import { REJECT } from './decisions/reject.ts';
import { SYNPROXY } from './decisions/synproxy.ts';
import { TPROXY } from './decisions/tproxy.ts';
import { VERDICT } from './decisions/verdict.ts';
import { VMAP } from './decisions/vmap.ts';
import { CONDITION, NOTE, UNKNOWN } from './forms.ts';
import { COMMENT } from './notes/comment.ts';
import { COUNTER } from './notes/counter.ts';
import { DUP } from './notes/dup.ts';
import { FLOW } from './notes/flow.ts';
import { LAST } from './notes/last.ts';
import { LOG } from './notes/log.ts';
import type { AnyStatement } from './statement.ts';
import { CONNECTION_COUNT } from './tests/connection-count.ts';
import { LIMIT } from './tests/limit.ts';
import { MATCH } from './tests/match/match.ts';
import { OBJECT_MAP } from './tests/object-map.ts';
import { QUOTA } from './tests/quota.ts';
import { XT } from './tests/xt.ts';

const REGISTRY = [
  // tests
  MATCH,
  LIMIT,
  QUOTA,
  CONNECTION_COUNT,
  OBJECT_MAP,
  XT,
  // decisions
  VERDICT,
  VMAP,
  REJECT,
  QUEUE,
  NAT,
  TPROXY,
  SYNPROXY,
  FWD,
  // changes
  MANGLE,
  NOTRACK,
  SET_UPDATE,
  RESET,
  CONNTRACK_OBJECT,
  // notes
  COUNTER,
  LAST,
  LOG,
  COMMENT,
  DUP,
  FLOW,
  // what several of them become
  NOTE,
  CONDITION,
  UNKNOWN,
] as const;

/** Every statement of nft that this program reads. */
export const STATEMENTS: readonly AnyStatement[] = REGISTRY;

const BY_KIND: ReadonlyMap<string, AnyStatement> = new Map(
  STATEMENTS.map((statement) => [statement.kind, statement]),
);

/** Does not compile where a kind of syntax tree has no statement in the registry. */
function byKind(kind: (typeof REGISTRY)[number]['kind']): AnyStatement {
  const found = BY_KIND.get(kind);
  if (found === undefined) throw new Error(`no statement of kind ${kind}`);
  return found;
}

export function lowerStatement(statement: Statement, context: TableContext): Lowered {
  return byKind(statement.kind).lower(statement, context);
}

/** A statement as `nft list ruleset` would write it, more or less. */
export function formatStatement(statement: Statement): string {
  return byKind(statement.kind).format(statement);
}

/** A rule on one line. */
export function formatStatements(statements: readonly Statement[]): string {
  return statements.map(formatStatement).join(' ');
}

/** The kernel runs nothing after it. */
export function isTerminal(statement: Statement): boolean {
  return byKind(statement.kind).isTerminal?.(statement) ?? false;
}
