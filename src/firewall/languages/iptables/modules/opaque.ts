import { negate, unknown, type AssumedMatch, type Counter, type KnownOfTest } from '../../../model/match.ts';
import {
  NO_EXTENSIONS,
  NO_FRAGMENTS,
  ROUTE_BACK,
  SYMMETRIC_ROUTES,
  type Assumption,
} from '../../../model/assumptions.ts';
import type { MatchModule, MatchOption } from '../lower/extensions.ts';
import { optionsOf } from '../lower/options.ts';
import { formatModule } from '../syntax/format.ts';
import type { ModuleSyntax } from '../syntax/syntax.ts';
import {
  connlimitKnown,
  dscpKnown,
  hashlimitKnown,
  lengthKnown,
  limitKnown,
  optionValue,
  quotaKnown,
  isOfSource,
  recentKnown,
  statisticKnown,
  stringKnown,
  timeKnown,
  tosKnown,
  ttlKnown,
} from './known-of-test.ts';
import type { Reason } from '../../../model/reason.ts';

/**
 * A module whose answer depends on more than a packet shows: its options are read, its test is unknown.
 * @param knownOf what its options tell of it nevertheless
 * @param counter what it counts by, or draws lots with
 */
function opaque(
  reason: Reason,
  options: Readonly<Record<string, number>>,
  knownOf: (module: ModuleSyntax) => KnownOfTest | undefined = () => undefined,
  counter?: Counter,
): MatchModule {
  return {
    options: optionsOf(options, {}),
    lower: (module) => [unknown(formatModule(module), reason, knownOf(module), counter)],
  };
}

/** Options whose values are numbers, addresses or lists of them, which decide nothing. */
const NUMBER: Omit<MatchOption, 'values'> = {
  lower: ([value = '0'], context) => {
    if (!/^[\da-fx:.,/]+$/i.test(value)) throw context.fail('not a number', value, 'give a number');
    return undefined;
  },
};

/** A module about a header of IPv6 that a plain packet does not have: it matches nothing, negated or not. */
function missingHeader(
  assumption: Assumption,
  options: Readonly<Record<string, number>>,
  neverNegated: Readonly<Record<string, number>> = {},
): MatchModule {
  return {
    options: {
      ...optionsOf(options, NUMBER),
      ...optionsOf(neverNegated, { ...NUMBER, isNeverNegated: true }),
    },
    lower: () => [{ kind: 'assumed', holds: false, assumption }],
  };
}

/** The return path every connection needs exists where the rule looks for it. */
const REVERSE_PATH: AssumedMatch = { kind: 'assumed', holds: true, assumption: SYMMETRIC_ROUTES };
const LOOSE_PATH: AssumedMatch = { ...REVERSE_PATH, assumption: ROUTE_BACK };

/** Always matches when it adds; otherwise the list decides. */
const RECENT: MatchModule = {
  options: {
    '--set': { values: 0, slot: 'action' },
    ...Object.fromEntries(
      ['--rcheck', '--update', '--remove'].map((name) => [name, { values: 0, slot: 'action' }]),
    ),
    ...optionsOf({ '--seconds': 1, '--reap': 0, '--hitcount': 1, '--rttl': 0 }, { isNeverNegated: true }),
    ...optionsOf({ '--name': 1, '--mask': 1, '--rsource': 0, '--rdest': 0 }, { isNeverNegated: true }),
  },
  lower: (module) => {
    const action = module.options.find(({ name }) => RECENT_ACTIONS.includes(name));
    if (action === undefined) return [];
    const name = optionValue(module, '--name') ?? 'DEFAULT';
    const match =
      action.name === '--set'
        ? ({ kind: 'adds', list: `recent ${name}`, isOfSource: isOfSource(module) } as const)
        : unknown(
            `-m recent ${action.name} --name ${name}`,
            { code: 'recent-list' },
            recentKnown(module, name),
          );
    return [action.isNegated ? negate(match) : match];
  },
};

const RECENT_ACTIONS = ['--set', '--rcheck', '--update', '--remove'];

const RPFILTER: MatchModule = {
  options: optionsOf(
    { '--loose': 0, '--validmark': 0, '--accept-local': 0, '--invert': 0 },
    { isNeverNegated: true },
  ),
  lower: ({ options }) => {
    const has = (flag: string): boolean => options.some(({ name }) => name === flag);
    const path = has('--loose') ? LOOSE_PATH : REVERSE_PATH;
    return [has('--invert') ? { kind: 'not', of: path } : path];
  },
};

/** Several tunnels may be described, `--next` between them. */
const POLICY: MatchModule = {
  options: {
    ...optionsOf({ '--dir': 1, '--pol': 1, '--strict': 0 }, { isNeverNegated: true }),
    ...optionsOf({ '--reqid': 1, '--spi': 1, '--proto': 1, '--mode': 1 }, { mayRepeat: true }),
    ...optionsOf({ '--tunnel-src': 1, '--tunnel-dst': 1, '--next': 0 }, { mayRepeat: true }),
  },
  lower: (module) => [unknown(formatModule(module), { code: 'ipsec' })],
};

const ICMP_TYPE = { '--icmp-type': 1 };

export const OPAQUE = {
  ah: opaque({ code: 'header-field' }, { '--ahspi': 1, '--ahlen': 1, '--ahres': 0 }),
  bpf: opaque({ code: 'payload' }, { '--bytecode': 1, '--object-pinned': 1 }),
  cgroup: opaque({ code: 'machine-state' }, { '--path': 1, '--cgroup': 1 }),
  cluster: opaque(
    { code: 'machine-state' },
    {
      '--cluster-total-nodes': 1,
      '--cluster-local-node': 1,
      '--cluster-local-nodemask': 1,
      '--cluster-hash-seed': 1,
    },
  ),
  connbytes: opaque(
    { code: 'earlier-packets' },
    { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
  ),
  connlabel: opaque({ code: 'earlier-packets' }, { '--label': 1, '--set': 0 }),
  connlimit: opaque(
    { code: 'connection-count' },
    {
      '--connlimit-upto': 1,
      '--connlimit-above': 1,
      '--connlimit-mask': 1,
      '--connlimit-saddr': 0,
      '--connlimit-daddr': 0,
    },
    connlimitKnown,
    'own',
  ),
  cpu: opaque({ code: 'machine-state' }, { '--cpu': 1 }),
  devgroup: opaque({ code: 'machine-state' }, { '--src-group': 1, '--dst-group': 1 }),
  dscp: opaque({ code: 'header-field' }, { '--dscp': 1, '--dscp-class': 1 }, dscpKnown),
  dst: missingHeader(NO_EXTENSIONS, { '--dst-len': 1 }, { '--dst-opts': 1 }),
  esp: opaque({ code: 'header-field' }, { '--espspi': 1 }),
  eui64: opaque({ code: 'link-layer' }, {}),
  frag: missingHeader(
    NO_FRAGMENTS,
    { '--fragid': 1, '--fraglen': 1 },
    { '--fragres': 0, '--fragfirst': 0, '--fragmore': 0, '--fraglast': 0 },
  ),
  // Of xtables-addons.
  geoip: opaque(
    { code: 'source-country' },
    { '--source-country': 1, '--destination-country': 1, '--src-cc': 1, '--dst-cc': 1 },
  ),
  hashlimit: opaque(
    { code: 'earlier-packets' },
    {
      '--hashlimit': 1,
      '--hashlimit-upto': 1,
      '--hashlimit-above': 1,
      '--hashlimit-mode': 1,
      '--hashlimit-srcmask': 1,
      '--hashlimit-dstmask': 1,
      '--hashlimit-name': 1,
      '--hashlimit-burst': 1,
      '--hashlimit-htable-size': 1,
      '--hashlimit-htable-max': 1,
      '--hashlimit-htable-gcinterval': 1,
      '--hashlimit-htable-expire': 1,
      '--hashlimit-rate-match': 0,
      '--hashlimit-rate-interval': 1,
    },
    hashlimitKnown,
  ),
  hbh: missingHeader(NO_EXTENSIONS, { '--hbh-len': 1 }, { '--hbh-opts': 1 }),
  helper: opaque({ code: 'earlier-packets' }, { '--helper': 1 }),
  icmp: opaque({ code: 'header-field' }, ICMP_TYPE),
  ipcomp: opaque({ code: 'header-field' }, { '--ipcompspi': 1, '--compres': 0 }),
  ipv6header: opaque({ code: 'header-field' }, { '--header': 1, '--soft': 0 }),
  ipvs: opaque(
    { code: 'machine-state' },
    {
      '--ipvs': 0,
      '--vproto': 1,
      '--vaddr': 1,
      '--vport': 1,
      '--vdir': 1,
      '--vmethod': 1,
      '--vportctl': 1,
    },
  ),
  length: opaque({ code: 'header-field' }, { '--length': 1 }, lengthKnown),
  limit: opaque({ code: 'earlier-packets' }, { '--limit': 1, '--limit-burst': 1 }, limitKnown, 'own'),
  mac: opaque({ code: 'link-layer' }, { '--mac-source': 1 }),
  mh: opaque({ code: 'header-field' }, { '--mh-type': 1 }),
  nfacct: { options: optionsOf({ '--nfacct-name': 1 }, { isNeverNegated: true }) },
  osf: opaque({ code: 'payload' }, { '--genre': 1, '--ttl': 1, '--log': 1 }),
  owner: opaque(
    { code: 'sockets' },
    {
      '--uid-owner': 1,
      '--gid-owner': 1,
      '--socket-exists': 0,
      '--suppl-groups': 0,
    },
  ),
  physdev: opaque(
    { code: 'bridge-port' },
    {
      '--physdev-in': 1,
      '--physdev-out': 1,
      '--physdev-is-in': 0,
      '--physdev-is-out': 0,
      '--physdev-is-bridged': 0,
    },
  ),
  policy: POLICY,
  quota: opaque({ code: 'earlier-packets' }, { '--quota': 1 }, quotaKnown, 'own'),
  rateest: opaque(
    { code: 'earlier-packets' },
    {
      '--rateest': 1,
      '--rateest1': 1,
      '--rateest2': 1,
      '--rateest-delta': 0,
      '--rateest-bps': 1,
      '--rateest-pps': 1,
      '--rateest-bps1': 1,
      '--rateest-pps1': 1,
      '--rateest-bps2': 1,
      '--rateest-pps2': 1,
      '--rateest-lt': 0,
      '--rateest-gt': 0,
      '--rateest-eq': 0,
    },
  ),
  realm: opaque({ code: 'routing' }, { '--realm': 1 }),
  recent: RECENT,
  rpfilter: RPFILTER,
  rt: missingHeader(
    NO_EXTENSIONS,
    { '--rt-type': 1, '--rt-segsleft': 1, '--rt-len': 1 },
    { '--rt-0-res': 0, '--rt-0-addrs': 1, '--rt-0-not-strict': 0 },
  ),
  socket: opaque({ code: 'sockets' }, { '--nowildcard': 0, '--transparent': 0, '--restore-skmark': 0 }),
  srh: missingHeader(
    NO_EXTENSIONS,
    Object.fromEntries(
      [
        ...['--srh-next-hdr', '--srh-tag', '--srh-psid', '--srh-nsid', '--srh-lsid'],
        ...['hdr-len', 'segs-left', 'last-entry'].flatMap((field) =>
          ['eq', 'gt', 'lt'].map((test) => `--srh-${field}-${test}`),
        ),
      ].map((name) => [name, 1]),
    ),
  ),
  statistic: opaque(
    { code: 'chance' },
    {
      '--mode': 1,
      '--probability': 1,
      '--every': 1,
      '--packet': 1,
    },
    statisticKnown,
    'own',
  ),
  string: opaque(
    { code: 'payload' },
    {
      '--from': 1,
      '--to': 1,
      '--algo': 1,
      '--icase': 0,
      '--string': 1,
      '--hex-string': 1,
    },
    stringKnown,
  ),
  time: opaque(
    { code: 'time-of-day' },
    {
      '--datestart': 1,
      '--datestop': 1,
      '--timestart': 1,
      '--timestop': 1,
      '--monthdays': 1,
      '--weekdays': 1,
      '--days': 1,
      '--kerneltz': 0,
      '--localtz': 0,
      '--utc': 0,
      '--contiguous': 0,
    },
    timeKnown,
  ),
  tos: opaque({ code: 'header-field' }, { '--tos': 1 }, tosKnown),
  ttl: opaque({ code: 'header-field' }, { '--ttl-eq': 1, '--ttl-lt': 1, '--ttl-gt': 1 }, ttlKnown),
  u32: opaque({ code: 'payload' }, { '--u32': 1 }),
} as const satisfies Record<string, MatchModule>;
