import { iptables } from './formats/iptables.ts';
import { nft } from './formats/nft.ts';
import { netsh } from './formats/netsh.ts';
import { windows } from './formats/windows.ts';
import { windowsRegistry } from './formats/windows-registry.ts';
import type { RuleFormat } from './policy/rule-format.ts';

/** Every format of `vwaudit rules --format`; a new one is a file, a template and a line here. */
export const RULE_FORMATS = {
  nft,
  iptables,
  windows,
  netsh,
  'windows-registry': windowsRegistry,
} as const satisfies Record<string, RuleFormat>;

export type RuleFormatId = keyof typeof RULE_FORMATS;

export const RULE_FORMAT_IDS = Object.keys(RULE_FORMATS) as readonly RuleFormatId[];
