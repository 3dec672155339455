import type { Statement } from '../syntax/syntax.ts';

/** What iptables calls a match or a target, of which nft shows no more than the name: a match only tests. */
export function extensionStatement(kind: string, name: string, text: string): Statement {
  if (kind === 'match') return { kind: 'condition', text, reason: { code: 'opaque-extension' } };
  const [target = ''] = name.split(' ');
  if (target === 'REJECT') return { kind: 'reject', type: null, code: null };
  return NEUTRAL.has(target)
    ? { kind: 'note', text }
    : { kind: 'unknown', text, reason: { code: 'opaque-extension' } };
}

/** Targets that decide nothing and change nothing a later rule of ours tests, whatever their options. */
const NEUTRAL: ReadonlySet<string> = new Set([
  'AUDIT',
  'CHECKSUM',
  'CLASSIFY',
  'CONNSECMARK',
  'DSCP',
  'ECN',
  'HL',
  'IDLETIMER',
  'LED',
  'LOG',
  'NFLOG',
  'RATEEST',
  'SECMARK',
  'TCPMSS',
  'TCPOPTSTRIP',
  'TEE',
  'TOS',
  'TRACE',
  'TTL',
  'ULOG',
]);
