import type { Firewall } from '../../../firewall/netfilter/machine/firewall.ts';
import { InputError } from '../../../input-error.ts';
import { isOfWindows } from '../../../verdict/advice/circumstances.ts';

/** The name of an interface, and the flag or packet that states it. */
export interface NamedInterface {
  readonly place: string;
  readonly name: string;
}

/**
 * No Windows rule can be asked about the name of an interface, but loopback: the registry has GUIDs and kinds, and all else goes by network
 * profile.
 * @throws InputError where an interface is stated, and all rules are of Windows
 */
export function refuseInterfacesOfWindows(
  named: readonly NamedInterface[],
  machines: readonly Pick<Firewall, 'backends'>[],
): void {
  const [first] = named.filter(({ name }) => name !== 'lo');
  if (first === undefined || !machines.every(isOfWindows)) return;
  const { place, name } = first;
  throw new InputError({
    code: 'windows-interface',
    message: `${place}: Windows rules go by network profile, so the interface "${name}" decides nothing`,
    value: name,
    fix: 'leave it out, and give the profile of its network: --profile domain, private or public',
  });
}
