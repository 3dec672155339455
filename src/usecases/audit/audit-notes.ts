import type { FilterHook } from '../../firewall/model/question.ts';
import { FAMILIES, formatAddress, type Address, type Family } from '../../net/address.ts';
import { mayComeByAny, whoText, type StatedInterface } from '../../ports/stated-interfaces.ts';
import type { Host } from '../../deployment/site.ts';
import type { Answer } from './audit-host.ts';

/** Whom each stated interface was taken to be that of. */
export function assumedInterfaces(stated: readonly StatedInterface[], hook: FilterHook): readonly string[] {
  const way = hook === 'output' ? 'leaves by' : 'enters by';
  return stated.flatMap(({ who, name }) => {
    if (who !== null) return [`${whoText(who) ?? ''} ${way} ${name} (--interface)`];
    return [
      `everyone who must get in ${way} ${name} (--interface)`,
      ...(hook === 'input' && mayComeByAny('outsider', stated)
        ? ['outsiders may enter by any interface (if only by one, give --interface outsider=NAME)']
        : []),
    ];
  });
}

export function alsoReached({ key }: Host, unstated: readonly Address[]): string {
  return `${key} has the collected address${unstated.length === 1 ? '' : 'es'} ${unstated.map(formatAddress).join(', ')} too: nobody may connect there who may not connect to the stated one`;
}

/** No firewall is to blame for what has no address in common. */
export function unreachable({ flow, found, isPartWithin }: Answer): readonly string[] {
  const { expected, role, host, permitted } = flow;
  if (expected === 'blocked' || found !== null || isPartWithin) return [];
  return [
    `${role} has only ${familiesOf(permitted)} addresses, ${host.key} only ${familiesOf(host.addresses)}: not audited there`,
  ];
}

function familiesOf(all: readonly { readonly family: Family }[]): string {
  return FAMILIES.filter((one) => all.some(({ family }) => family === one))
    .map((family) => `IPv${family}`)
    .join(' and ');
}
