import type { Firewall } from './firewall.ts';

/** What is found of a firewall, found when first asked for. */
export function onceAFirewall<Found extends object>(
  find: (firewall: Firewall) => Found,
): (firewall: Firewall) => Found {
  const known = new WeakMap<Firewall, Found>();
  return (firewall) => {
    const found = known.get(firewall) ?? find(firewall);
    known.set(firewall, found);
    return found;
  };
}
