import type { Host } from '../../../deployment/site.ts';
import type { MachineFacts } from '../../../facts/machine-facts.ts';
import { InputError } from '../../../input-error.ts';
import { formatAddress, type Address } from '../../../net/address.ts';

/** @throws InputError where the file was collected on a machine that has none of the addresses of the host */
export function refuseOtherMachine(
  { key, addresses }: Host,
  facts: MachineFacts | null,
  files: readonly string[],
): void {
  const collected = facts?.addresses ?? [];
  if (facts === null || collected.length === 0 || addresses.length === 0) return;
  const own = new Set(collected.map(formatAddress));
  if (addresses.some((address) => own.has(formatAddress(address)))) return;
  throw new InputError({
    code: 'other-machine',
    message: `collected on ${facts.host}, which has the addresses ${listed(collected)}, none of ${key}'s (${listed(addresses)})`,
    file: files.join(' '),
    fix: facts.isRedacted
      ? 'collect --redact replaced the addresses in it: give the file that was collected without --redact, or the addresses of the redacted file'
      : `give the file of ${key}, or with --host only the host it is of; where the addresses are translated on the way, state them with --self-address`,
  });
}

/**
 * @param own every address of the gateway, as far as known
 * @throws InputError where the packets asked about end at the gateway itself, so that its forward chains see none of them
 */
export function refuseOwnOfGateway(
  asked: readonly Address[],
  own: readonly Address[],
  files: readonly string[],
): void {
  const known = new Set(own.map(formatAddress));
  const found = asked.find((address) => known.has(formatAddress(address)));
  if (found === undefined) return;
  throw new InputError({
    code: 'own-address',
    message: `${formatAddress(found)} is an address of this gateway itself: what is sent there meets its input chains, not those of forward`,
    file: files.join(' '),
    fix: 'leave --hook forward out to ask about the gateway as a host; where it leads packets on to a server (DNAT), give the address of that server',
  });
}

const MOST = 4;

function listed(addresses: readonly Address[]): string {
  const rest = addresses.length > MOST ? [`${addresses.length - MOST} more`] : [];
  return [...addresses.slice(0, MOST).map(formatAddress), ...rest].join(', ');
}
