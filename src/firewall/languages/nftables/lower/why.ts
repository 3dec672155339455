import { WHY as DEPENDS } from '../../../model/why.ts';

/** What an unknown test of nft depends on, one clause each. */
export const WHY = {
  ...DEPENDS,
  index: 'an interface by its number: depends on how this machine counts them',
  symbol: 'a name this program does not know',
  unsupported: 'not known to this program',
  noSet: 'no set of this name in the table',
  noChain: 'no chain of this name in the table',
  unlistedProtocol: 'nft list leaves out a test for the protocol before a test for a TCP option',
  conflict:
    'two elements of the map that overlap give different things: which one counts depends on the kernel',
  joined: 'two verdicts in one rule: the second never runs, unless a line break between two rules was lost',
  unlistedFamily: 'nft list leaves out a test for IPv4 or IPv6 before ct protocol',
  dormant: 'this JSON does not show whether the table is dormant: give the output of nft list ruleset (text)',
  full: 'a set that rules add to, with room for few more elements: depends on earlier packets',
  lostStatements:
    'nft before 1.0.6 leaves conditions of set statements and elements out of its JSON: give the output of nft list ruleset (text)',
  cutText:
    'nft cuts a statement it has no JSON for after 1,023 bytes: give the output of nft list ruleset (text)',
  changing: 'a set that rules change: depends on earlier packets',
  unlisted:
    'the file lists no element of any set, as nft -t does: give the output of nft list ruleset without -t',
  translation:
    'what nft shows of an iptables extension is not all of it: give the output of iptables-save instead',
  extension: 'an iptables extension that nft does not explain: give the output of iptables-save instead',
} as const;

export const SETS_NOT_FULL = 'sets that rules add to are not full';
