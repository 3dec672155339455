import type { RuleConditions, WindowsRule } from './rule.ts';

/** Whether a text has characters that no rule has: what decoding could not read, half of a surrogate pair, or a NUL. */
export function isDamaged(text: string): boolean {
  return text.includes('\ufffd') || text.includes('\0') || !text.isWellFormed();
}

/** A rule of which any part may have lost what it said: nothing of it is known. @param part what is damaged */
export function damagedRule(rule: WindowsRule, part = 'characters that could not be read'): WindowsRule {
  const conditions: RuleConditions = {
    ...{ profiles: null, protocol: null, localPorts: null, remotePorts: null },
    ...{ localAddresses: null, remoteAddresses: null },
    doubts: [{ text: part, reason: { code: 'rule-grammar', part } }],
  };
  return {
    ...rule,
    ...{ isActive: null, actions: ['bypass', 'block', 'allow'], directions: ['in', 'out'] },
    ...{ program: null, service: null, package: null, isAuthenticated: false },
    conditions: () => conditions,
  };
}
