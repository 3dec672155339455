import { groupBy } from '../../group-by.ts';
import type { ControlPort, NearRange } from '../../ports/control-ports.ts';
import type { System } from '../../system/system.ts';
import { addressKey, type NearView } from '../../verdict/check/control-view.ts';
import { asHttp, asUdp, isAccepted } from './control-probes.ts';
import { observe, type ObserveOptions, type Observed } from './observe.ts';

/** A range that holds ports of the scheme, and two ports at its unused end, each at every address. */
export interface NearPlan extends Omit<NearRange, 'unused'> {
  readonly ports: readonly ControlPort[];
  /** Asked where the first one answers: a program may hold one by chance. */
  readonly spare: readonly ControlPort[];
}

/**
 * What the unused ports of each range say, by the key of the address. Where the first one answers, the other is asked as well, and
 * both over HTTP, since an HTTP answer proves something as long as they give none; over UDP where a datagram was answered at all.
 */
export async function viewNear(
  seen: readonly Observed<ControlPort>[],
  plans: readonly NearPlan[],
  udpAnswers: ReadonlySet<string>,
  options: ObserveOptions,
  system: System,
): Promise<ReadonlyMap<string, readonly NearView[]>> {
  const ask = <T extends Parameters<typeof observe>[0][number]>(
    all: readonly T[],
  ): Promise<readonly Observed<T>[]> => observe(all, new Map(), options, system);
  const accepting = new Set(seen.filter(isAccepted).map(({ asked }) => asked));
  const places = plans.flatMap(({ kind, first, last, ports, spare }) =>
    ports.flatMap((one, index) => {
      const other = spare[index];
      return other === undefined
        ? []
        : [{ kind, first, last, key: addressKey(one), pair: [one, other] as const }];
    }),
  );
  const tcp = await Promise.all(
    places.map(async ({ key, pair, ...range }) => {
      const [one, other] = pair;
      const answers = accepting.has(one) && (await ask([other])).every(isAccepted);
      const overHttp = answers ? await ask(pair.map(asHttp)) : [];
      const speaksHttp = overHttp.some(({ observation }) => observation.reason === 'http-response');
      const greets = seen.some(
        ({ asked, observation }) => asked === one && observation.standIn !== undefined,
      );
      return {
        key,
        view: { ...range, transport: 'tcp', ...labels(pair), answers, speaksHttp, greets } as const,
      };
    }),
  );
  const udp = await Promise.all(
    places
      .filter(({ key }) => udpAnswers.has(key))
      .map(async ({ key, pair, ...range }) => {
        const answers = (await ask(pair.map(asUdp))).every(({ observation }) => observation.state === 'open');
        return {
          key,
          view: {
            ...range,
            transport: 'udp',
            ...labels(pair),
            answers,
            speaksHttp: false,
            greets: false,
          } as const,
        };
      }),
  );
  return new Map(
    groupBy([...tcp, ...udp], ({ key }) => key).map((group) => [
      group[0]?.key ?? '',
      group.map(({ view }): NearView => view),
    ]),
  );
}

function labels(pair: readonly ControlPort[]): Pick<NearView, 'ports'> {
  return { ports: pair.map(({ endpoint }) => endpoint.port) };
}
