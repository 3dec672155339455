import { parseC } from './strtoul.ts';

/**
 * Whether the tools take a text for an address written short (`10.1`, `63`, `010.0.0.1`; inet_aton(3)). What it stands for
 * differs from tool to tool, so nothing is read into it.
 */
export function isShortIpv4(text: string): boolean {
  const parts = text.split('.').map(parseC);
  if (parts.length > 4) return false;
  return parts.every((part, index) => {
    const isLast = index === parts.length - 1;
    return part !== undefined && part < (isLast ? 256 ** (5 - parts.length) : 256);
  });
}
