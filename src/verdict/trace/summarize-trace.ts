import { groupBy } from '../../group-by.ts';
import { FAMILIES, formatAddress, type Address } from '../../net/address.ts';
import { lowestAddress, toPrefixes, eachFamily } from '../../net/address-set.ts';
import { intersect, unionOf } from '../../net/interval-set.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { AddressSets, Proof } from '../../firewall/proof/proof.ts';
import type { NoWay } from '../../firewall/proof/without-way.ts';
import type { Unspoken } from '../../firewall/netfilter/machine/firewall.ts';
import type { Destination } from '../../firewall/model/question.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Reason } from '../../firewall/model/reason.ts';
import { MAX_PREFIXES, prefixList } from './address-list.ts';
import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { TracedPacket, TracedPart, TracedPath } from '../reports/trace-report.ts';
import type { Shares } from '../../firewall/proof/shares/shares.ts';
import { setSize } from '../../net/set-size.ts';
import { countOf, decidedBy, type DecidedBy } from './decided-by.ts';
import { decidingRules, ruleRef } from './deciding-rule.ts';
import { notMatchedRules } from './not-matched-rules.ts';
import { tracedCases } from './traced-cases.ts';
import { openReason } from './open-reason.ts';
import { reasonText } from './text/reason-text.ts';
import { tracedRules } from './traced-rule.ts';

/** What was proven of one part of the destinations asked about. */
export interface DestinationProof {
  readonly destination: Destination;
  readonly proof: Proof;
  /** Some list of the rules has no order: those that do not match may tell why. */
  readonly isUnordered: boolean;
  /** The rules that a packet of this source meets. */
  readonly pathOf: (source: Address) => readonly TraceEntry[];
  /** The rules that decide, and for how many. */
  readonly sharesOf: (kind: 'allowed' | 'blocked') => Shares;
  /** The cases that the answer for such a source depends on. */
  readonly casesOf: (source: Address) => readonly AnswerCase[];
  /** All sources that the answer is open for fare as this one in each of the cases. */
  readonly areCasesOfAll: (source: Address) => boolean;
}

export interface TraceCircumstances {
  /** The family no ruleset speaks for, if that is the packet's. */
  readonly unspoken: Unspoken | null;
  /** Chains may run in another order than they are listed in. */
  readonly isOrderOpen: boolean;
  /** Routes, not rules, keep some source out; else null. */
  readonly noWay: Pick<NoWay, 'because'> | null;
  /** Some question about the rules was not followed to its end. */
  readonly isCut: boolean;
  /** The rules tell more kinds of destinations apart than were asked about one by one. */
  readonly isTooWide: boolean;
  /** So many rules that do not match are named. */
  readonly mostNotMatched: number;
}

/** Proofs about one packet, or about one from and to each address of prefixes. */
export function summarizeTrace(
  packet: string,
  proofs: readonly DestinationProof[],
  { unspoken, isOrderOpen, noWay, isCut, isTooWide, mostNotMatched }: TraceCircumstances,
): TracedPacket {
  const parts = partsOf(proofs, mostNotMatched);
  const all = (kind: 'allowed' | 'blocked'): AddressSets =>
    eachFamily((family) => proofs.map(({ proof }) => proof[kind][family]).reduce(intersect));
  const result = resultOf(parts);
  const telling = BY_RELEVANCE.flatMap((kind) => parts.filter((part) => part.result === kind))[0];
  const isUndecided = result === 'undecided';
  const reason: Reason | null =
    openReason({
      ...{ unspoken, isOrderOpen, noWay, isUndecided, isCut, trace: telling?.trace ?? [] },
      isToldOtherwise: isTooWide || (telling?.cases.length ?? 0) > 1,
    }) ?? (isTooWide && isUndecided ? { code: 'too-many-destinations' } : null);
  return {
    packet,
    result,
    allowedFrom: prefixList(all('allowed')),
    blockedFrom: prefixList(all('blocked')),
    undecidedFrom: prefixList(
      eachFamily((family) => unionOf(proofs.map(({ proof }) => proof.undecided[family]))),
    ),
    reason,
    why: reason === null ? null : reasonText(reason),
    decidedBy: parts.length > 1 ? [] : (telling?.decidedBy ?? []),
    trace: telling?.trace ?? [],
    ...(telling?.notMatched === undefined || parts.length > 1 ? {} : { notMatched: telling.notMatched }),
    paths: parts.length > 1 ? [] : (telling?.paths ?? []),
    cases: parts.length > 1 ? [] : (telling?.cases ?? []),
    ...(telling?.casesOf === undefined || parts.length > 1 ? {} : { casesOf: telling.casesOf }),
    to: parts.length > 1 ? parts : [],
  };
}

/** The part whose path is shown for all. */
const BY_RELEVANCE = ['undecided', 'depends', 'blocked', 'partly', 'allowed'] as const;

/** Destinations that meet the same rules with the same result are one part. */
function partsOf(proofs: readonly DestinationProof[], mostNotMatched: number): readonly TracedPart[] {
  const parts = proofs.map(
    ({ destination, proof, isUnordered, pathOf, casesOf, areCasesOfAll, sharesOf }) => {
      const isOne = proof.result !== 'undecided' && sourceCount(proof) === 1n;
      return {
        destination,
        part: {
          result: proof.resultByCase,
          allowedFrom: prefixList(proof.allowed),
          blockedFrom: prefixList(proof.blocked),
          undecidedFrom: prefixList(proof.undecided),
          decidedBy: isOne ? decidedByPath(proof) : decidedBy({ proof, sharesOf }, ['blocked', 'allowed']),
          trace: tracedRules(proof.trace),
          ...(isOne && isUnordered
            ? notMatchedRules(onlySource(proof).flatMap(casesOf)[0], mostNotMatched)
            : {}),
          ...tracedCases(proof, casesOf, areCasesOfAll, mostNotMatched),
          paths: isOne ? [] : pathsOf(proof, pathOf, sharesOf),
        },
      };
    },
  );
  if (parts.length === 1) return parts.map(({ part }) => ({ destinations: [], ...part }));
  return groupBy(parts, ({ part }) => JSON.stringify(part)).flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { family } = first.destination;
    const set = unionOf(alike.map(({ destination }) => destination.in));
    const destinations = toPrefixes(set, family, MAX_PREFIXES).map(formatPrefix);
    return [{ destinations, ...first.part }];
  });
}

/** Of a proof for one source that is decided. */
function onlySource({ allowed, blocked }: Proof): readonly Address[] {
  return FAMILIES.flatMap(
    (family) => lowestAddress(unionOf([allowed[family], blocked[family]]), family) ?? [],
  );
}

function sourceCount(proof: Proof): bigint {
  const sets = (['allowed', 'blocked', 'undecided'] as const).flatMap((kind) =>
    FAMILIES.map((family) => proof[kind][family]),
  );
  return sets.reduce((sum, set) => sum + setSize(set), 0n);
}

/** Of one source its path says it all. */
function decidedByPath(proof: Proof): readonly DecidedBy[] {
  const [result] = (['allowed', 'blocked'] as const).filter((kind) =>
    FAMILIES.some((family) => proof[kind][family].length > 0),
  );
  if (result === undefined) return [];
  const sources = proof[result];
  const rules = decidingRules(proof.trace, result).map(ruleRef);
  return [{ result, addresses: countOf([sources]), from: prefixList(sources), rules, more: 0 }];
}

/** Of more ways to fare one result nobody reads the paths. */
const MAX_PATHS = 4;

/** None where one path is that of all. */
function pathsOf(
  proof: Proof,
  pathOf: DestinationProof['pathOf'],
  sharesOf: DestinationProof['sharesOf'],
): readonly TracedPath[] {
  const decided = (['allowed', 'blocked'] as const).flatMap((result) =>
    sharesOf(result)
      .largest.slice(0, MAX_PATHS)
      .map((share) => ({ result, ...share, addresses: countOf([share.sources]) })),
  );
  const [open] = FAMILIES.flatMap((family) => lowestAddress(proof.undecided[family], family) ?? []);
  const { undecided } = proof;
  const ways = [
    ...decided,
    ...(open === undefined
      ? []
      : [{ result: 'undecided', sources: undecided, witness: open, addresses: null } as const]),
  ];
  return ways.length < 2
    ? []
    : ways.map(({ result, sources, witness, addresses }) => ({
        ...{ result, from: prefixList(sources), addresses },
        ...{ witness: formatAddress(witness), trace: tracedRules(pathOf(witness)) },
      }));
}

function resultOf(parts: readonly TracedPart[]): TracedPacket['result'] {
  const results = new Set(parts.map(({ result }) => result));
  if (results.has('partly') || (results.has('allowed') && results.has('blocked'))) return 'partly';
  const open = (['undecided', 'depends'] as const).find((result) => results.has(result));
  if (open !== undefined) return open;
  return results.has('allowed') ? 'allowed' : 'blocked';
}
