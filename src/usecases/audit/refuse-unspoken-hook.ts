import type { Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import type { FilterHook } from '../../firewall/model/question.ts';
import { InputError } from '../../input-error.ts';

/**
 * @param isCollected the files are all rules of the machine: where none is on the hook, nothing is filtered there
 * @throws InputError where the rules of the machine have no chain on the hook, but on others or none.
 */
export function refuseUnspokenHook(
  { spokenHooks }: Pick<Firewall, 'spokenHooks'>,
  hook: FilterHook,
  files: readonly string[],
  isCollected: boolean,
): void {
  if (isCollected || spokenHooks.includes(hook)) return;
  throw new InputError({
    code: 'unspoken-hook',
    message:
      spokenHooks.length === 0
        ? `the filter table is missing: cannot audit hook ${hook}`
        : `no filter chain on hook ${hook}, only on ${spokenHooks.join(' and ')}`,
    value: files.join(' '),
    fix:
      spokenHooks.length === 0
        ? 'give all that iptables-save lists, not one table'
        : `give ${spokenHooks.map((one) => `--hook ${one} (${MACHINE[one]})`).join(' or ')}, or the rules of ${MACHINE[hook]}`,
  });
}

const MACHINE: Readonly<Record<FilterHook, string>> = {
  input: 'the host itself',
  forward: 'a gateway in front of the hosts',
  output: 'a client',
};
