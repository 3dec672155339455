import { z } from 'zod';
import type { WayReason } from '../firewall/model/way-reason.ts';

/** Why frames may not get from one port of a bridge to another, or be sent by the wrong one, whatever the rules say. */
export interface BridgeDoubt {
  readonly bridge: string;
  readonly because: Extract<WayReason, { readonly code: 'frames-not-passed' }>;
  /** Frames of the machine itself are concerned as well. */
  readonly isOfMachine: boolean;
}

/** What is known of the bridges of a machine. */
interface Bridges {
  readonly doubts: readonly BridgeDoubt[];
  /** Nobody but the machine itself is on them. */
  readonly withoutPort: readonly string[];
}

/** What `print_bridges` of collect.sh prints: `port NAME BRIDGE SETTING VALUE`, `bridge NAME` and `bridge NAME SETTING VALUE` lines, from sysfs. */
export function parseBridges(output: string): Bridges {
  const lines = output.split('\n').map((line) => line.trim().split(' '));
  const ports = lines.flatMap(([kind, name = '', bridge = '', setting = '', value]) =>
    kind === 'port' ? [{ name, bridge, setting, value }] : [],
  );
  const isForwarding = (bridge: string): boolean =>
    ports.some((one) => one.bridge === bridge && one.setting === 'state' && one.value === FORWARDING);
  const ofPorts = ports.flatMap(({ name, bridge, setting, value }): readonly BridgeDoubt[] => {
    const doubt = (does: BridgeDoubt['because']['does'], isOfMachine: boolean): readonly BridgeDoubt[] => [
      { bridge, because: { code: 'frames-not-passed', bridge, port: name, does }, isOfMachine },
    ];
    if (setting === 'isolated' && value !== '0') return doubt('isolated', false);
    if (setting === 'state' && value !== FORWARDING) return doubt('not-forwarding', !isForwarding(bridge));
    return setting === 'unicast_flood' && value === '0' ? doubt('no-flood', false) : [];
  });
  const ofBridges = lines.flatMap(([kind, bridge = '', setting, value]): readonly BridgeDoubt[] =>
    kind === 'bridge' && setting === 'vlan_filtering' && value !== '0'
      ? [
          {
            bridge,
            because: { code: 'frames-not-passed', bridge, port: null, does: 'vlan-filtering' },
            isOfMachine: false,
          },
        ]
      : [],
  );
  const names = new Set(lines.flatMap(([kind, name = '']) => (kind === 'bridge' ? [name] : [])));
  for (const { bridge } of ports) names.delete(bridge);
  return { doubts: [...ofPorts, ...ofBridges], withoutPort: [...names] };
}

/** `BR_STATE_FORWARDING` of the kernel. */
const FORWARDING = '3';

const entriesShape = z.array(
  z.looseObject({
    mac: z.string().default(''),
    ifname: z.string().default(''),
    master: z.string().optional(),
    state: z.string().optional(),
  }),
);

/**
 * What `bridge -j fdb show` prints: who has a link address that was set by hand is sought at that port, wherever he is; what is permanent
 * besides the machine's own addresses is taken for the machine itself.
 */
export function parseFixedPorts(output: string, own: ReadonlySet<string>): readonly BridgeDoubt[] {
  const entries = entriesShape.parse(JSON.parse(output.trim() === '' ? '[]' : output));
  const fixed = entries.flatMap(({ mac, ifname: port, master: bridge, state }) => {
    const isOfHand = state === 'static' || (state === 'permanent' && !own.has(mac) && !isOfGroup(mac));
    return bridge === undefined || !isOfHand ? [] : [{ port, bridge }];
  });
  const once = new Map(fixed.map((one) => [`${one.bridge} ${one.port}`, one]));
  return [...once.values()].map(({ port, bridge }) => ({
    bridge,
    because: { code: 'frames-not-passed', bridge, port, does: 'fixed' },
    isOfMachine: true,
  }));
}

function isOfGroup(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}
