import { iptables } from './formats/iptables.ts';
import { nft } from './formats/nft.ts';
import { windows } from './formats/windows.ts';
import type { RuleFormat } from './rule-format.ts';

/** Every format of `vwaudit rules --format`; a new one is a file, a template and a line here. */
export const RULE_FORMATS = { nft, iptables, windows } as const satisfies Record<string, RuleFormat>;

export type RuleFormatId = keyof typeof RULE_FORMATS;

export const RULE_FORMAT_IDS = Object.keys(RULE_FORMATS) as readonly RuleFormatId[];
