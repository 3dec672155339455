import { THIS_MACHINE } from '../../deployment/site.ts';

/** A key stands in reports, flow ids, rule comments and, through `--out rules-{host}.sh`, in file names. */
const HOST_KEY = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

const MAX_LENGTH = 100;

/** Why a text can't be the key of a host, or null if it can. */
export function whyNoHostKey(key: string): string | null {
  if (key.length > MAX_LENGTH) return `longer than ${MAX_LENGTH} characters`;
  if (!HOST_KEY.test(key)) return 'not made of letters, digits, ".", "_" and "-" between letters and digits';
  if (!/[A-Za-z]/.test(key)) return 'without a letter, like an address';
  return key.toLowerCase() === THIS_MACHINE ? 'whatever machine vwaudit runs on' : null;
}
