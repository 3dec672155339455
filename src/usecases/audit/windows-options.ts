import {
  NOTHING_KNOWN,
  type WindowsCircumstances,
} from '../../firewall/languages/windows/lower/circumstances.ts';
import { profileNumber, type Profile } from '../../firewall/languages/windows/policy/profile.ts';
import type { Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import { InputError } from '../../input-error.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { isOfWindows } from '../../verdict/advice/circumstances.ts';

/** What is stated of a Windows computer beside its files. */
export interface WindowsOptions extends WindowsCircumstances {
  /** The network profile of the interface; null for any. */
  readonly profile: Profile | null;
}

/** Nobody stated anything. */
export const NOTHING_STATED: WindowsOptions = { ...NOTHING_KNOWN, profile: null };

/** As the questions have it. */
export function profileOf({ profile }: WindowsOptions): number | null {
  return profile === null ? null : profileNumber(profile);
}

/** The flags that state them. */
export function windowsArguments(options: WindowsOptions): readonly string[] {
  const { profile, program, service, localSubnets, isComplete } = options;
  return [
    ...(profile === null ? [] : ['--profile', profile]),
    ...(program === null ? [] : ['--program', program]),
    ...(service === null ? [] : ['--service', service]),
    ...localSubnets.flatMap((subnet) => ['--local-subnet', formatPrefix(subnet)]),
    ...(isComplete ? ['--complete'] : []),
  ];
}

/** @throws InputError where something is stated of a Windows computer, and no file is of one */
export function refuseWindowsOptions(
  options: WindowsOptions,
  machines: readonly Pick<Firewall, 'backends'>[],
  files: readonly string[],
): void {
  const [flag] = windowsArguments(options);
  if (flag === undefined || machines.some(isOfWindows)) return;
  throw new InputError({
    code: 'not-windows',
    message: `${flag} is for exports of Windows Defender Firewall, and no file is one`,
    value: files.join(' '),
    fix: `leave ${flag} out, or give the files of the Windows computer`,
  });
}
