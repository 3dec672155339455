import { groupBy } from '../../../group-by.ts';
import { printable } from '../../../printable.ts';
import type { SocketTable } from '../../../sockets/socket-table.ts';
import type { FindingContext } from './check-findings.ts';
import { finding, type Finding } from '../../findings/finding.ts';
import { boundOnLoopback, isLoopbackOnly } from '../loopback-only.ts';
import { greetsOtherwise, isOtherProgram } from '../other-program.ts';
import { idsOf, locationOf, type Judged } from '../judged.ts';

/** What this machine's socket table adds: ports held by a stranger, or bound where nobody else reaches them. */
export function localFindings(
  judged: readonly Judged[],
  { table, foreign, standIn }: Pick<FindingContext, 'table' | 'foreign' | 'standIn'>,
): readonly Finding[] {
  return [
    ...loopbackOnly(judged),
    ...oneFamilyOnly(judged),
    ...foreignProcesses(judged, foreign),
    ...otherPrograms(judged, standIn),
    ...incomplete(table),
  ];
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

function oneFamilyOnly(judged: readonly Judged[]): readonly Finding[] {
  const narrow = judged.filter(
    ({ result }) => result.reason === 'ipv4-only' || result.reason === 'ipv6-only',
  );
  return groupBy(narrow, ({ result }) => `${result.host} ${result.reason}`).map((group) => {
    const served = group[0]?.result.reason === 'ipv4-only' ? 4 : 6;
    return finding('one-family-only', { ...locationOf(group), served }, idsOf(group));
  });
}

/** Ports that a program opened which is not that of the others; names stay apart. */
function foreignProcesses(judged: readonly Judged[], foreign: FindingContext['foreign']): readonly Finding[] {
  const strangers = judged.flatMap((one) => {
    const program = foreign.get(one.checked);
    return program === undefined ? [] : [{ one, program }];
  });
  const keyOf = ({ one, program }: (typeof strangers)[number]): string =>
    [one.result.host, one.checked.flow.endpoint.role, program.process, program.expected].join(' ');
  return groupBy(strangers, keyOf).map((same) => {
    const group = same.map(({ one }) => one);
    const { process = '', expected = null } = same[0]?.program ?? {};
    const names = { process: printable(process), expected: expected === null ? null : printable(expected) };
    return finding('foreign-process', { ...locationOf(group), ...names }, idsOf(group));
  });
}

/** Ports that a program has opened which is not Viz World, whatever the other ports say; one finding a program. */
function otherPrograms(judged: readonly Judged[], standIn: FindingContext['standIn']): readonly Finding[] {
  const others = judged.filter(
    ({ checked, evidence, doubt, result }) =>
      result.verdict !== 'fail' &&
      (doubt === null || doubt === 'other-program') &&
      (greetsOtherwise(checked, evidence) || isOtherProgram(checked, evidence, { standIn })),
  );
  const processOf = ({ checked: { observation }, result: { program } }: Judged): string =>
    program ?? `a server of ${observation.protocol ?? 'something else'}`;
  return groupBy(others, (one) => `${one.result.host} ${one.doubt ?? ''} ${processOf(one)}`).map((group) => {
    const [one] = group;
    const process = one === undefined ? '' : processOf(one);
    const args = { ...locationOf(group), process, isProven: one?.doubt === null };
    return finding('other-program', args, idsOf(group));
  });
}
