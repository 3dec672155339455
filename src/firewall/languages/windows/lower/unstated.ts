import { PROFILES } from '../policy/profile.ts';
import type { WindowsExport } from '../policy/policy.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import type { Settings } from './settings.ts';

/**
 * What is taken for granted of the files though an ordinary computer may make it false; nothing where somebody says that they are
 * complete.
 */
export function unstatedOf(
  exports: readonly WindowsExport[],
  settings: Settings,
  { isComplete, service }: WindowsCircumstances,
): readonly string[] {
  if (isComplete) return [];
  const isBlockAllOpen = PROFILES.some((profile) => {
    const { value, from } = settings[profile].blocksAll;
    return value === null && from === null;
  });
  const isOfService = service !== null && service.toLowerCase() !== 'unknown';
  return [
    ...exports.flatMap(({ unstated }) => unstated),
    ...(isBlockAllOpen ? [BLOCKS_NOT_ALL] : []),
    ...(exports.some(({ listsMdm }) => listsMdm) ? [] : [NO_MDM]),
    ...(isOfService && !exports.some(({ listsHardening }) => listsHardening) ? [NO_HARDENING] : []),
  ];
}

const BLOCKS_NOT_ALL =
  '"Block all connections" (DoNotAllowExceptions) is off in the settings that are not given';
const NO_MDM = 'MDM (Intune) sets no rules on the computer: the files do not list its store';
const NO_HARDENING = 'no rule of service hardening blocks the service: the files do not list them';
