import { groupBy } from '../group-by.ts';
import type { Address } from '../net/address.ts';
import { selectedHosts } from '../ports/selected-hosts.ts';
import { CONTROL_RANGE, controlEndpoint, controlPortsOf, type ControlPort } from '../ports/control-ports.ts';
import { randomPorts } from '../probe/random-ports.ts';
import type { Site } from '../site/site.ts';
import { readSocketTable } from '../sockets/read-socket-table.ts';
import type { System } from '../system/system.ts';
import { addressKey, type ControlView } from '../verdict/control-view.ts';
import { observe, type ObserveOptions, type Observed } from './observe.ts';

/** Asked at each address. */
const PORTS = 2;

/** Drawn: the site or a program of this machine may use some, and where one of two answers two others are asked. */
const DRAWN = 32;

/** The control ports of one run: what to ask first, and what instead. */
export interface ControlPlan {
  readonly first: readonly ControlPort[];
  readonly spare: readonly ControlPort[];
}

/** Draws ports nobody is known to use, neither the site nor a program of this machine. */
export async function planControlPorts(
  site: Site,
  isOwn: (address: Address) => boolean,
  system: System,
): Promise<ControlPlan> {
  const drawn = randomPorts(DRAWN, CONTROL_RANGE);
  const isHere = selectedHosts(site).some(({ addresses }) => addresses.some(isOwn));
  const { listeners } = isHere ? await readSocketTable(system, drawn) : { listeners: [] };
  const held = new Set(listeners.map(({ port }) => port));
  const free = drawn.filter((port) => !held.has(port));
  const first = controlPortsOf(site, free, PORTS);
  const taken = new Set(first.map(({ endpoint }) => endpoint.port));
  const rest = free.filter((port) => !taken.has(port));
  return { first, spare: controlPortsOf(site, rest, PORTS) };
}

/**
 * What the control ports say of each address, by its key. Where one of two answers, a program may hold it: two others are asked.
 * Where all answer, they are asked over HTTP too: an HTTP answer proves something as long as they give none. So does an answer to a
 * datagram: they are asked over UDP where one was given (`udpAnswers`, by the key of the address).
 */
export async function viewControlPorts(
  seen: readonly Observed<ControlPort>[],
  { spare, udpAnswers }: ControlPlan & { readonly udpAnswers: ReadonlySet<string> },
  options: ObserveOptions,
  system: System,
): Promise<ReadonlyMap<string, ControlView>> {
  const places = groupBy(seen, ({ asked }) => addressKey(asked));
  const mixed = places.filter((place) => place.some(isAccepted) && !place.every(isAccepted));
  const keys = new Set(mixed.flatMap((place) => place.map(({ asked }) => addressKey(asked))));
  const others = await observe(
    spare.filter((port) => keys.has(addressKey(port))),
    new Map(),
    options,
    system,
  );
  const latest = [...seen.filter(({ asked }) => !keys.has(addressKey(asked))), ...others];
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
      if (place.every(({ observation }) => observation.state === 'error'))
        return [key, { kind: 'not-asked', ports }];
      const answersUdp = speaksUdp.has(key);
      if (!place.every(isAccepted)) return [key, { kind: 'silent-or-refused', ports, answersUdp }];
      const greets = place.some(({ observation }) => observation.standIn !== undefined);
      return [key, { kind: 'answering', ports, speaksHttp: speaksHttp.has(key), greets, answersUdp }];
    }),
  );
}

/** A handshake that was reset, or that nothing followed, is another answer than that of a port that is open. */
function isAccepted({ observation: { state, doubt } }: Observed<ControlPort>): boolean {
  return state === 'open' && doubt === undefined;
}

/** Its UDP namesake. */
function asUdp({ endpoint: { port }, ...place }: ControlPort): UdpControl {
  return { ...place, endpoint: { transport: 'udp', application: null, port } };
}

type UdpControl = Omit<ControlPort, 'endpoint'> & {
  readonly endpoint: Omit<ControlPort['endpoint'], 'transport'> & { readonly transport: 'udp' };
};

function asHttp({ endpoint, ...port }: ControlPort): HttpControl {
  return { ...port, endpoint: { ...controlEndpoint(endpoint.port), application: 'http' } };
}

type HttpControl = Omit<ControlPort, 'endpoint'> & {
  readonly endpoint: Omit<ControlPort['endpoint'], 'application'> & { readonly application: 'http' };
};
