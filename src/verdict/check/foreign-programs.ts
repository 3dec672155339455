import { groupBy } from '../../group-by.ts';
import type { StandInProgram } from '../../sockets/socket-table.ts';
import type { Checked } from './checked.ts';

/** The program that has opened a port, where it is not the one of the other ports. */
export interface ForeignProgram {
  readonly process: string;
  /** That of the other ports; null where none has the majority. */
  readonly expected: string | null;
}

const STAND_IN: StandInProgram = 'vwaudit listen';

/**
 * Server instances run one process each, but of one program, and so do their ports: the program most of them belong to is
 * taken for Viz World, another one for a stranger. Names are compared, never process ids. The allocator may be a program of its own
 * and is compared with itself, where that decides nothing with the servers of the host; where that decides nothing either, any of
 * its programs may be the stranger. `vwaudit listen` is none: it holds what Viz World does not, and says so.
 */
export function foreignPrograms(checked: readonly Checked[]): ReadonlyMap<Checked, ForeignProgram> {
  const held = checked.flatMap((one) => programsOf(one).map((program) => ({ one, program })));
  return new Map(
    groupBy(held, ({ one }) => one.flow.host.key).flatMap((onHost) => {
      const groups = groupBy(onHost, ({ one }) => one.flow.endpoint.role);
      const majorities = groups.map(majority);
      return groups.flatMap((group, index) => {
        const others = majorities.filter((program) => group.some((each) => each.program === program));
        const expected = majorities[index] ?? others[0] ?? null;
        const isAlone = group.every(({ program }) => program === group[0]?.program);
        return isAlone
          ? []
          : group
              .filter(({ program }) => program !== expected)
              .map(({ one, program }) => [one, { process: program, expected }] as const);
      });
    }),
  );
}

function majority(group: readonly { readonly program: string }[]): string | null {
  const most = groupBy(group, ({ program }) => program).find((same) => same.length * 2 > group.length);
  return most?.[0]?.program ?? null;
}

function programsOf({ local }: Checked): readonly string[] {
  const names = (local?.listeners ?? []).flatMap(({ process }) => process ?? []);
  return [...new Set(names)].filter((name) => name !== STAND_IN);
}
