import { acceptanceEnds } from './codes/acceptance-ends.ts';
import { acceptanceExpired } from './codes/acceptance-expired.ts';
import { acceptanceUnmatched } from './codes/acceptance-unmatched.ts';
import { allocatorMissing } from './codes/allocator-missing.ts';
import { blockBeatsAllow } from './codes/block-beats-allow.ts';
import { blocked } from './codes/blocked.ts';
import { blockedUnproven } from './codes/blocked-unproven.ts';
import { closed } from './codes/closed.ts';
import { closedAtOnce } from './codes/closed-at-once.ts';
import { conditional } from './codes/conditional.ts';
import { depends } from './codes/depends.ts';
import { dynamicRangeOverlap } from './codes/dynamic-range-overlap.ts';
import { evidenceConflict } from './codes/evidence-conflict.ts';
import { exposed } from './codes/exposed.ts';
import { familyNotListening } from './codes/family-not-listening.ts';
import { fewerInstances } from './codes/fewer-instances.ts';
import { filtered } from './codes/filtered.ts';
import { firewallOff } from './codes/firewall-off.ts';
import { foreignProcess } from './codes/foreign-process.ts';
import { handshakeOnly } from './codes/handshake-only.ts';
import { icmpRateLimited } from './codes/icmp-rate-limited.ts';
import { intercepted } from './codes/intercepted.ts';
import { interrupted } from './codes/interrupted.ts';
import { ipsecRequired } from './codes/ipsec-required.ts';
import { lateAnswers } from './codes/late-answers.ts';
import { listenerSilent } from './codes/listener-silent.ts';
import { localRulesIgnored } from './codes/local-rules-ignored.ts';
import { loopbackOnly } from './codes/loopback-only.ts';
import { mayBeStandIn } from './codes/may-be-stand-in.ts';
import { neighboursBlocked } from './codes/neighbours-blocked.ts';
import { noControlPorts } from './codes/no-control-ports.ts';
import { noCommonFamily } from './codes/no-common-family.ts';
import { noSuchHost } from './codes/no-such-host.ts';
import { notChecked } from './codes/not-checked.ts';
import { noHttpAnswer } from './codes/no-http-answer.ts';
import { notHttp } from './codes/not-http.ts';
import { notVizWorld } from './codes/not-viz-world.ts';
import { nothingListens } from './codes/nothing-listens.ts';
import { oneFamilyOnly } from './codes/one-family-only.ts';
import { otherFirewallRegistered } from './codes/other-firewall-registered.ts';
import { otherProgram } from './codes/other-program.ts';
import { otherReading } from './codes/other-reading.ts';
import { ownMachine } from './codes/own-machine.ts';
import { partlyBlocked } from './codes/partly-blocked.ts';
import { portExcluded } from './codes/port-excluded.ts';
import { probeError } from './codes/probe-error.ts';
import { profileMismatch } from './codes/profile-mismatch.ts';
import { queryUserBlock } from './codes/query-user-block.ts';
import { reactsToProbing } from './codes/reacts-to-probing.ts';
import { redacted } from './codes/redacted.ts';
import { refusedAlike } from './codes/refused-alike.ts';
import { reportsApart } from './codes/reports-apart.ts';
import { sameIdInBothStores } from './codes/same-id-in-both-stores.ts';
import { shieldsUp } from './codes/shields-up.ts';
import { logSilence } from './codes/log-silence.ts';
import { silentDrop } from './codes/silent-drop.ts';
import { socketTableIncomplete } from './codes/socket-table-incomplete.ts';
import { standIn } from './codes/stand-in.ts';
import { udpRolesReversed } from './codes/udp-roles-reversed.ts';
import { udpSilent } from './codes/udp-silent.ts';
import { undecided } from './codes/undecided.ts';
import { unexpectedInstance } from './codes/unexpected-instance.ts';
import { unstated } from './codes/unstated.ts';
import { unreachable } from './codes/unreachable.ts';
import { wrongVantage } from './codes/wrong-vantage.ts';
import type { FindingKind } from './finding-kind.ts';

/** Every finding code; a new one is a file and a line here. */
export const FINDINGS = {
  'acceptance-ends': acceptanceEnds,
  'acceptance-expired': acceptanceExpired,
  'acceptance-unmatched': acceptanceUnmatched,
  'allocator-missing': allocatorMissing,
  'block-beats-allow': blockBeatsAllow,
  blocked,
  'blocked-unproven': blockedUnproven,
  closed,
  'closed-at-once': closedAtOnce,
  conditional,
  depends,
  'dynamic-range-overlap': dynamicRangeOverlap,
  'evidence-conflict': evidenceConflict,
  exposed,
  'family-not-listening': familyNotListening,
  'fewer-instances': fewerInstances,
  filtered,
  'firewall-off': firewallOff,
  'foreign-process': foreignProcess,
  'handshake-only': handshakeOnly,
  'icmp-rate-limited': icmpRateLimited,
  intercepted,
  interrupted,
  'ipsec-required': ipsecRequired,
  'late-answers': lateAnswers,
  'listener-silent': listenerSilent,
  'local-rules-ignored': localRulesIgnored,
  'loopback-only': loopbackOnly,
  'may-be-stand-in': mayBeStandIn,
  'neighbours-blocked': neighboursBlocked,
  'no-control-ports': noControlPorts,
  'no-common-family': noCommonFamily,
  'no-such-host': noSuchHost,
  'not-checked': notChecked,
  'not-http': notHttp,
  'no-http-answer': noHttpAnswer,
  'not-viz-world': notVizWorld,
  'nothing-listens': nothingListens,
  'one-family-only': oneFamilyOnly,
  'other-firewall-registered': otherFirewallRegistered,
  'other-program': otherProgram,
  'other-reading': otherReading,
  'own-machine': ownMachine,
  'partly-blocked': partlyBlocked,
  'port-excluded': portExcluded,
  'probe-error': probeError,
  'profile-mismatch': profileMismatch,
  'query-user-block': queryUserBlock,
  'reacts-to-probing': reactsToProbing,
  redacted,
  'refused-alike': refusedAlike,
  'reports-apart': reportsApart,
  'same-id-in-both-stores': sameIdInBothStores,
  'shields-up': shieldsUp,
  'log-silence': logSilence,
  'silent-drop': silentDrop,
  'socket-table-incomplete': socketTableIncomplete,
  'stand-in': standIn,
  'udp-roles-reversed': udpRolesReversed,
  'udp-silent': udpSilent,
  undecided,
  'unexpected-instance': unexpectedInstance,
  unreachable,
  unstated,
  'wrong-vantage': wrongVantage,
} as const satisfies Record<string, FindingKind<never>>;

export type FindingCode = keyof typeof FINDINGS;

/** The arguments of each code: the contract of `args` in the JSON. */
export type FindingArgs = {
  readonly [C in FindingCode]: (typeof FINDINGS)[C] extends FindingKind<infer A extends object> ? A : never;
};
