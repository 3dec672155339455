import type { Store } from '../policy/rule.ts';

/** Stores by the words of the Windows console. */
export const STORE_TITLE: Readonly<Record<Store, string>> = {
  local: 'Local',
  policy: 'Group Policy',
  mdm: 'MDM',
  hardening: 'Service hardening',
};
