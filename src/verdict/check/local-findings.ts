import { groupBy } from '../../group-by.ts';
import { printable } from '../../printable.ts';
import type { SocketTable } from '../../sockets/socket-table.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { boundOnLoopback, isLoopbackOnly } from './loopback-only.ts';
import { idsOf, locationOf, type Judged } from './judged.ts';

/** What this machine's socket table adds: ports held by a stranger, or bound where nobody else reaches them. */
export function localFindings(judged: readonly Judged[], table: SocketTable | null): readonly Finding[] {
  return [...loopbackOnly(judged), ...foreignProcesses(judged), ...incomplete(table)];
}

function incomplete(table: SocketTable | null): readonly Finding[] {
  if (table === null || table.isComplete) return [];
  return [finding('socket-table-incomplete', { gaps: table.gaps.map(printable) }, [])];
}

function loopbackOnly(judged: readonly Judged[]): readonly Finding[] {
  const bound = judged.filter(({ checked, result }) => result.verdict === 'fail' && isLoopbackOnly(checked));
  return groupBy(bound, ({ checked, result }) => `${result.host} ${boundOnLoopback(checked)}`).map(
    (group) => {
      const where = group[0] === undefined ? '' : boundOnLoopback(group[0].checked);
      return finding('loopback-only', { ...locationOf(group), bound: where }, idsOf(group));
    },
  );
}

/**
 * Server instances run one process each, but of one program, and so do their ports: the program most of them belong to is
 * taken for Viz World, another one for a stranger. Names are compared, never process ids. Where no name has the majority
 * nothing is claimed. The allocator may be a program of its own and is compared with itself only.
 */
function foreignProcesses(judged: readonly Judged[]): readonly Finding[] {
  const held = judged.flatMap((one) =>
    programsOf(one).map((program) => ({ one, program, key: ownerOf(one) })),
  );
  return groupBy(held, ({ key }) => key).flatMap((group) => {
    const programs = groupBy(group, ({ program }) => program);
    const most = programs.find((same) => same.length * 2 > group.length);
    if (most?.[0] === undefined) return [];
    const expected = most[0].program;
    return programs
      .filter((same) => same !== most)
      .map((same) => {
        const strangers = same.map(({ one }) => one);
        const names = { process: printable(same[0]?.program ?? ''), expected: printable(expected) };
        return finding('foreign-process', { ...locationOf(strangers), ...names }, idsOf(strangers));
      });
  });
}

function programsOf({ checked }: Judged): readonly string[] {
  const names = (checked.local?.listeners ?? []).flatMap(({ process }) => process ?? []);
  return [...new Set(names)];
}

/** Ports of one part of Viz World on one host; the address does not matter, the holder is the same. */
function ownerOf({ result, checked }: Judged): string {
  return `${result.host} ${checked.flow.endpoint.role}`;
}
