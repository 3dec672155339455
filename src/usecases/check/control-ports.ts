import { groupBy } from '../../group-by.ts';
import type { Address } from '../../net/address.ts';
import {
  CONTROL_RANGE,
  controlPortsAt,
  nearRangesOf,
  usedPortsOf,
  type ControlPort,
} from '../../ports/control-ports.ts';
import { selectedHosts } from '../../deployment/selected-hosts.ts';
import { randomPorts } from '../../probe/schedule/random-ports.ts';
import type { Site } from '../../deployment/site.ts';
import { readSocketTable } from '../../sockets/read-socket-table.ts';
import type { System } from '../../system/system.ts';
import { addressKey, type ControlView } from '../../verdict/check/control-view.ts';
import { asHttp, asUdp, isAccepted } from './control-probes.ts';
import { viewNear, type NearPlan } from './near-control-ports.ts';
import { observe, type ObserveOptions, type Observed } from './observe.ts';

/** Asked at each address, and again as many where one of them answers. */
const PORTS = 2;

/** Drawn: the site or a program of this machine may use some. */
const DRAWN = 32;
const DRAWN_NEAR = 16;

/** The control ports of one run: what to ask first, and what instead. */
export interface ControlPlan {
  readonly first: readonly ControlPort[];
  readonly spare: readonly ControlPort[];
  readonly near: readonly NearPlan[];
}

export const NO_CONTROLS: ControlPlan = { first: [], spare: [], near: [] };

/** Draws ports nobody is known to use, neither the site nor a program of this machine. */
export async function planControlPorts(
  site: Site,
  isOwn: (address: Address) => boolean,
  system: System,
): Promise<ControlPlan> {
  const ranges = nearRangesOf(site);
  const far = randomPorts(DRAWN, CONTROL_RANGE);
  const near = ranges.map(({ unused }) => randomPorts(DRAWN_NEAR, unused));
  const isHere = selectedHosts(site).some(({ addresses }) => addresses.some(isOwn));
  const drawn = [...far, ...near.flat()];
  const { listeners } = isHere ? await readSocketTable(system, drawn) : { listeners: [] };
  const taken = new Set([...listeners.map(({ port }) => port), ...usedPortsOf(site)]);
  const isFree = (port: number): boolean => !taken.has(port);
  const free = far.filter(isFree);
  return {
    first: controlPortsAt(site, free.slice(0, PORTS)),
    spare: controlPortsAt(site, free.slice(PORTS, 2 * PORTS)),
    near: ranges.flatMap(({ kind, first, last }, index) => {
      const [one, other] = near[index]?.filter(isFree) ?? [];
      if (one === undefined || other === undefined) return [];
      return [
        { kind, first, last, ports: controlPortsAt(site, [one]), spare: controlPortsAt(site, [other]) },
      ];
    }),
  };
}

/**
 * What the control ports say of each address, by its key. Where one of two answers, a program may hold it: two others are asked.
 * Where all answer, they are asked over HTTP too: an HTTP answer proves something as long as they give none. So does an answer to a
 * datagram: they are asked over UDP where one was given (`udpAnswers`, by the key of the address).
 */
export async function viewControlPorts(
  seen: readonly Observed<ControlPort>[],
  { spare, near, udpAnswers }: ControlPlan & { readonly udpAnswers: ReadonlySet<string> },
  options: ObserveOptions,
  system: System,
): Promise<ReadonlyMap<string, ControlView>> {
  const isNear = new Set(near.flatMap(({ ports }) => ports));
  const nearViews = await viewNear(seen, near, udpAnswers, options, system);
  const far = seen.filter(({ asked }) => !isNear.has(asked));
  const places = groupBy(far, ({ asked }) => addressKey(asked));
  const mixed = places.filter((place) => place.some(isAccepted) && !place.every(isAccepted));
  const keys = new Set(mixed.flatMap((place) => place.map(({ asked }) => addressKey(asked))));
  const others = await observe(
    spare.filter((port) => keys.has(addressKey(port))),
    new Map(),
    options,
    system,
  );
  const latest = [...far.filter(({ asked }) => !keys.has(addressKey(asked))), ...others];
  const answering = groupBy(latest, ({ asked }) => addressKey(asked)).filter((place) =>
    place.every(isAccepted),
  );
  const overHttp = await observe(
    answering.flatMap((place) => place.map(({ asked }) => asHttp(asked))),
    new Map(),
    options,
    system,
  );
  const speaksHttp = new Set(
    overHttp
      .filter(({ observation }) => observation.reason === 'http-response')
      .map(({ asked }) => addressKey(asked)),
  );
  const overUdp = await observe(
    latest.filter(({ asked }) => udpAnswers.has(addressKey(asked))).map(({ asked }) => asUdp(asked)),
    new Map(),
    options,
    system,
  );
  const speaksUdp = new Set(
    overUdp.filter(({ observation }) => observation.state === 'open').map(({ asked }) => addressKey(asked)),
  );
  return new Map(
    groupBy(latest, ({ asked }) => addressKey(asked)).map((place): [string, ControlView] => {
      const [one] = place;
      const key = one === undefined ? '' : addressKey(one.asked);
      const ports = place.map(({ asked }) => asked.endpoint.port);
      const near = nearViews.get(key) ?? [];
      if (place.every(({ observation }) => observation.state === 'error'))
        return [key, { kind: 'not-asked', ports, near }];
      const answersUdp = speaksUdp.has(key);
      if (!place.every(isAccepted)) return [key, { kind: 'silent-or-refused', ports, answersUdp, near }];
      const greets = place.some(({ observation }) => observation.standIn !== undefined);
      return [key, { kind: 'answering', ports, speaksHttp: speaksHttp.has(key), greets, answersUdp, near }];
    }),
  );
}
