import type { FilterHook } from '../../firewall/model/question.ts';
import { mayComeByAny, whoText, type StatedInterface } from '../../ports/stated-interfaces.ts';
import type { AuditOptions } from './audit-options.ts';
import type { HostOnMachine } from './host-on-machine.ts';
import { segmentNotes } from './machine/own-segment.ts';

interface Stated {
  readonly options: Pick<AuditOptions, 'hook' | 'outInterface'>;
  readonly stated: readonly StatedInterface[];
  /** Hosts without a file of their own were given those of others. */
  readonly areRulesShared: boolean;
  /** How many rules are for other programs. */
  readonly setAside: number;
}

/** What was taken for granted of the machines; what the proofs assume of the rules comes with them. */
export function auditAssumptions(
  hosts: readonly HostOnMachine[],
  { options, stated, areRulesShared, setAside }: Stated,
): readonly string[] {
  const { hook, outInterface = null } = options;
  const areWaysStated = hook === 'output' || stated.some(({ who }) => who === null);
  const known = hosts.map((host) => host.known);
  return [
    ...(areRulesShared
      ? [
          'hosts without a file of their own run the same rules (give each its own, for example maps-a=rules-a.txt)',
        ]
      : []),
    ...(hook === 'output' ? ['--hook output: only required flows are checked'] : []),
    ...(hook === 'forward' ? ['both directions of a connection pass through this gateway'] : []),
    ...new Set(hosts.flatMap(({ routed }) => routed)),
    ...assumedInterfaces(stated, hook),
    ...(outInterface === null ? [] : [`the hosts are reached by ${outInterface} (--out-interface)`]),
    ...(setAside === 0
      ? []
      : [
          `${setAside} active ${setAside === 1 ? 'rule is' : 'rules are'} for other programs, services or app packages (--verbose lists them)`,
        ]),
    ...new Set(hosts.flatMap(({ notes }) => notes)),
    ...segmentNotes(
      hosts.flatMap(({ passing }) => passing),
      hosts.flatMap(({ segments }) => segments),
    ),
    ...new Set(known.flatMap((machine) => machine.assumptions)),
    ...(areWaysStated ? [] : new Set(known.flatMap((machine) => machine.unsureWays))),
  ];
}

/** Whom each stated interface was taken to be that of. */
function assumedInterfaces(stated: readonly StatedInterface[], hook: FilterHook): readonly string[] {
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
