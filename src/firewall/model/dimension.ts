import type { Reason } from './reason.ts';
import type { Sender } from './question.ts';

/**
 * Who decides what a question leaves open: whoever sends the packet, the site (its cabling, its hosts, their programs), or what came
 * before and when it comes.
 */
export type Owner = 'peer' | 'site' | 'history';

/** What a question may leave open. What is none of these, this program does not understand. */
export type Dimension =
  | 'source-port'
  | 'opening'
  | 'header'
  | 'contents'
  | 'interface'
  | 'link'
  | 'host'
  | 'route'
  | 'rate'
  | 'list'
  | 'connection'
  | 'clock'
  | 'chance';

/** The table of docs/design.md. */
export const OWNERS: Readonly<Record<Dimension, Owner>> = {
  'source-port': 'peer',
  opening: 'peer',
  header: 'peer',
  contents: 'peer',
  interface: 'site',
  link: 'site',
  host: 'site',
  route: 'site',
  rate: 'history',
  list: 'history',
  connection: 'history',
  clock: 'history',
  chance: 'history',
};

/**
 * - `cases`: decided where all cases agree, else the answer depends on the case.
 * - `each`: every usual choice must get in; one that is blocked is enough to be blocked.
 * - `some`: one choice that gets in is enough to be allowed.
 * - `plain`: a plain first packet counts: default header, within every limit, on no dynamic list.
 * - `listed`: nothing is decided by it, since the cases are not all there are; each is listed.
 */
export type Quantifier = 'cases' | 'each' | 'some' | 'plain' | 'listed';

/** How an owner's choices count, by who is asked about. */
export const QUANTIFIERS: Readonly<Record<Owner, Readonly<Record<Sender, Quantifier>>>> = {
  peer: { client: 'cases', 'every-client': 'each', anybody: 'some' },
  site: { client: 'cases', 'every-client': 'cases', anybody: 'cases' },
  history: { client: 'listed', 'every-client': 'plain', anybody: 'some' },
};

/** What a test is about that a packet alone does not answer; null where nobody but the kernel knows. */
export function dimensionOf({ code }: Reason): Dimension | null {
  return (DIMENSIONS as Readonly<Partial<Record<Reason['code'], Dimension>>>)[code] ?? null;
}

const DIMENSIONS = {
  'header-field': 'header',
  'tcp-options': 'contents',
  payload: 'contents',
  'link-layer': 'link',
  'bridge-port': 'link',
  'vlan-tag': 'link',
  mark: 'host',
  sockets: 'host',
  forwarding: 'host',
  'answers-pass': 'host',
  'listening-port': 'host',
  'source-country': 'host',
  'listener-program': 'host',
  'listener-service': 'host',
  'interface-kind': 'interface',
  'interface-index': 'interface',
  'interface-addresses': 'interface',
  routing: 'route',
  ipsec: 'route',
  'earlier-packets': 'rate',
  'connection-count': 'rate',
  'recent-list': 'list',
  'connection-history': 'connection',
  'machine-state': 'connection',
  'changing-set': 'list',
  'expiring-elements': 'list',
  'full-set': 'list',
  'set-counters': 'list',
  'time-of-day': 'clock',
  chance: 'chance',
} as const satisfies Partial<Record<Reason['code'], Dimension>>;
