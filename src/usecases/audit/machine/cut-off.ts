import type { NoWay } from '../../../firewall/proof/without-way.ts';
import { addressSet, eachFamily, EVERY_ADDRESS } from '../../../net/address-set.ts';
import { EMPTY } from '../../../net/interval-set.ts';
import type { Prefix } from '../../../net/prefix.ts';
import type { KnownMachine } from './known-machine.ts';

/** The interface that is stated for these sources; null: for everybody, or that nobody stated one. */
interface StatedWay {
  readonly from: Prefix | null;
  readonly name: string | null;
}

/** Whom a stated interface cannot bring, or cannot be sent to by it, since it is down or has no IPv6. */
export function cutOff(
  ways: readonly StatedWay[],
  { down, withoutIpv6 }: Pick<KnownMachine, 'down' | 'withoutIpv6'>,
): readonly NoWay[] {
  return ways.flatMap(({ from, name }): readonly NoWay[] => {
    if (name === null) return [];
    const of = from === null ? EVERY_ADDRESS : eachFamily((family) => addressSet([from], family));
    if (down.has(name)) return [{ of, because: { code: 'interface-down', interface: name } }];
    if (!withoutIpv6.has(name)) return [];
    return [{ of: { 4: EMPTY, 6: of[6] }, because: { code: 'ipv6-off', interface: name } }];
  });
}
