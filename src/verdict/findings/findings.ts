import { NEIGHBOUR_FINDINGS, type NeighbourFindingArgs } from './neighbour-findings.ts';
import { PROBING_FINDINGS, type ProbingFindingArgs } from './probing-findings.ts';
import { VANTAGE_FINDINGS, type VantageFindingArgs } from './vantage-findings.ts';
import type { Severity } from '../shapes/severity.ts';
import type { Step } from './step.ts';
import type { Reason } from '../../firewall/model/reason.ts';

/** Where a finding was made; `ports` is ready text: `10103/tcp (server 4, clients)` or `10101-10103/tcp, 10200/udp`. */
export interface At {
  readonly host: string;
  readonly address: string | null;
  readonly ports: string;
  readonly instances: number;
  readonly inSiteFile: boolean;
  /** Set where somebody who claims every role failed against another machine: who has to get in there. */
  readonly onlyFor?: readonly string[];
}

/** Whom a ruleset lets in or not, as {@link addressList} says it, and the rule that decides for one of them. */
export interface ByRuleset {
  readonly from: readonly string[];
  readonly more: number | null;
  readonly except: readonly string[];
  readonly moreExcept: number | null;
  /** One of these addresses. */
  readonly witness: string;
  /** The port it has to come from, where not every port fares so; else null. */
  readonly witnessPort: number | null;
  /** Place and text; null where no rule blocks it. */
  readonly rule: string | null;
}

/** The arguments of each code: the contract of `args` in the JSON. */
export interface FindingArgs extends ProbingFindingArgs, NeighbourFindingArgs, VantageFindingArgs {
  readonly closed: At & { readonly isLocal: boolean };
  readonly filtered: At & { readonly reason: string; readonly hostAnswers: boolean };
  /** A ruleset that was read tells more than a probe that got through. */
  readonly exposed: At & { readonly as: string; readonly audience: readonly string[] } & Partial<ByRuleset>;
  readonly blocked: At & ByRuleset & { readonly role: string };
  readonly 'partly-blocked': At & ByRuleset & { readonly role: string };
  readonly undecided: At &
    ByRuleset & {
      readonly role: string;
      readonly reasons: readonly Reason[];
      /** Their text. */
      readonly why: string;
      /** Nobody said which address the host has, and that may decide. */
      readonly isPlaceless: boolean;
    };
  readonly 'blocked-unproven': At & { readonly state: string; readonly reason: string };
  readonly unreachable: At & { readonly reason: string };
  readonly 'no-such-host': { readonly host: string; readonly error: string };
  readonly 'not-http': At;
  readonly 'udp-silent': At & { readonly isLocal: boolean };
  readonly 'probe-error': At & { readonly reason: string; readonly errno: string | null };
  readonly 'icmp-rate-limited': At;
  readonly 'family-not-listening': {
    readonly host: string;
    readonly family: 4 | 6;
    readonly address: string;
  };
  readonly 'fewer-instances': {
    readonly host: string;
    readonly address: string | null;
    readonly running: number;
    readonly instances: number;
    readonly inSiteFile: boolean;
  };
  readonly 'other-reading': {
    readonly host: string;
    readonly address: string | null;
    readonly reading: string;
    readonly ports: string;
  };
  readonly 'allocator-missing': {
    readonly host: string;
    readonly address: string | null;
    readonly inSiteFile: boolean;
  };
  readonly 'unexpected-instance': {
    readonly host: string;
    readonly address: string;
    readonly instance: number;
    readonly ports: string;
    readonly inSiteFile: boolean;
  };
  readonly 'udp-roles-reversed': At & { readonly answers: number };
  readonly 'foreign-process': At & { readonly process: string; readonly expected: string | null };
  readonly 'loopback-only': At & { readonly bound: string };
  readonly 'one-family-only': At & { readonly served: 4 | 6 };
  readonly 'socket-table-incomplete': { readonly gaps: readonly string[] };
  readonly 'evidence-conflict': At & { readonly seen: string; readonly but: string };
  readonly interrupted: { readonly unasked: number };
}

export type FindingCode = keyof FindingArgs;

/** Severity and text of one code. */
export interface FindingKind<A> {
  readonly severity: Severity;
  /** One sentence: what and where. */
  readonly message: (args: A) => string;
  /** What to do next. */
  readonly advice?: (args: A) => readonly (string | Step)[];
}

const place = ({ host, address, ports }: At): string =>
  `${ports} on ${host}${address === null || address === host ? '' : ` (${address})`}`;

/** `a, b and c`. */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

/** Claiming every role at once expects too much of most machines: say which role would expect this. */
const claim = ({ onlyFor }: At): readonly string[] =>
  onlyFor === undefined
    ? []
    : [
        `Only ${listed(onlyFor)} must get in there: state the role of this machine, for example --as ${onlyFor[0] ?? 'client'}.`,
      ];

const instancesFrom = (first: number, last: number): string =>
  first === last ? `instance ${last}` : `instances ${first} to ${last}`;

/** Where the count of instances is changed. */
const instancesAs = (count: number, inSiteFile: boolean): string =>
  inSiteFile ? `instances: ${count} in the site file` : `--instances ${count}`;

/** A whole family, where nobody is exempt and where those who may connect are. */
const EVERYONE: Readonly<Record<string, string>> = { '0.0.0.0/0': 'all of IPv4', '::/0': 'all of IPv6' };
const EVERYONE_ELSE: Readonly<Record<string, string>> = {
  '0.0.0.0/0': 'everyone else on IPv4',
  '::/0': 'everyone else on IPv6',
};

/** `10.0.0.0/8, all of IPv6 and 3 more except 10.0.0.9, e.g. 10.0.0.1`. */
const addresses = (shown: Omit<ByRuleset, 'rule'>, families = EVERYONE): string => {
  const { from, more, except, moreExcept, witnessPort } = shown;
  const witness = witnessPort === null ? shown.witness : `${shown.witness} from port ${witnessPort}`;
  if (from.length === 1 && from[0] === witness) return witness;
  const others = except.length === 0 ? '' : ` except ${prefixes(except, moreExcept, families)}`;
  return `${prefixes(from, more, families)}${others}, e.g. ${witness}`;
};

const prefixes = (
  shown: readonly string[],
  more: number | null,
  families: Readonly<Record<string, string>>,
): string => {
  const rest = more === 0 ? '' : ` and ${more ?? 'many'} more`;
  return `${shown.map((prefix) => families[prefix] ?? prefix).join(', ')}${rest}`;
};

/** The rule that decides for the one address that is named. */
const by = (rule: string | null): string => (rule === null ? '. No rule blocks it.' : `. Rule: ${rule}`);

/** Errors of a machine that has no address or route of that family. */
const NO_WAY: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Every finding code, its severity and its text. One place: CLI, JSON and every report format print these. */
export const FINDINGS: { readonly [C in FindingCode]: FindingKind<FindingArgs[C]> } = {
  ...PROBING_FINDINGS,
  ...NEIGHBOUR_FINDINGS,
  ...VANTAGE_FINDINGS,
  closed: {
    severity: 'error',
    message: (args) =>
      `${place(args)}: refused, ${args.isLocal ? 'nothing listens there' : 'nothing listens there or a firewall resets it'}.`,
    advice: ({ isLocal }) => [
      'Is that server instance (or the allocator) running? Start it and check again.',
      ...(isLocal
        ? []
        : ['On that machine itself, vwaudit check also names the program that holds each port.']),
    ],
  },
  filtered: {
    severity: 'error',
    message: (args) => {
      const why =
        args.reason === 'listen-log'
          ? 'vwaudit listen had the port open, but nothing arrived: a firewall on the path drops it'
          : args.reason !== 'no-response'
            ? `a firewall refuses it (${args.reason})`
            : args.hostAnswers
              ? 'no answer, but the host answers on other ports: a firewall drops it'
              : 'no answer on any port: the host is down or a firewall drops everything';
      return `${place(args)}: ${why}.`;
    },
    advice: claim,
  },
  exposed: {
    severity: 'error',
    message: ({
      from,
      more = 0,
      except = [],
      moreExcept = 0,
      witness = '',
      witnessPort = null,
      rule = null,
      ...args
    }) => {
      const only = `only ${listed(args.audience)} should connect`;
      return from === undefined
        ? `${place(args)}: reachable ${args.as === 'outsider' ? 'by an outsider' : `as ${args.as}`}, but ${only}.`
        : `${place(args)}: the firewall also admits ${addresses({ from, more, except, moreExcept, witness, witnessPort }, EVERYONE_ELSE)}; ${only}${by(rule)}`;
    },
  },
  blocked: {
    severity: 'error',
    message: (args) =>
      `${place(args)}: the firewall blocks every address of ${args.role} (${addresses(args)})${by(args.rule)}`,
  },
  'partly-blocked': {
    severity: 'error',
    message: (args) =>
      `${place(args)}: the firewall blocks some addresses of ${args.role} (${addresses(args)})${by(args.rule)}`,
  },
  undecided: {
    severity: 'note',
    message: (args) => {
      const rule = args.rule === null ? '' : `. Rule: ${args.rule}`;
      const families = args.role === 'outsider' ? EVERYONE_ELSE : EVERYONE;
      return `${place(args)}: cannot decide for ${args.role} (${addresses(args, families)}): ${args.why}${rule}`;
    },
  },
  'blocked-unproven': {
    severity: 'note',
    message: (args) => {
      const why = {
        closed: 'nothing listens there or a firewall resets it',
        unreachable: `the host can't be reached (${args.reason}): a firewall, a router, or the host is down`,
        'open|filtered': 'UDP silence proves nothing',
      }[args.state];
      return `${place(args)}: expected blocked, not proven: ${why ?? 'no answer on any port of this address'}.`;
    },
    advice: () => ['Run vwaudit listen on that machine, then check again.'],
  },
  unreachable: {
    severity: 'error',
    message: (args) => `${place(args)}: the host can't be reached (${args.reason}).`,
    advice: () => ['Check that the machine is on, the address is right, and there is a route from here.'],
  },
  'no-such-host': {
    severity: 'error',
    message: ({ host, error }) => `${host}: the name has no address to probe (${error}).`,
    advice: () => ['Check the spelling and the DNS, or give the address: --host 10.20.0.11'],
  },
  'not-http': {
    severity: 'error',
    message: (args) => `${place(args)}: accepts connections but does not speak HTTP.`,
    advice: () => ['Another program uses the port, or the other reading applies: try --reading table.'],
  },
  'udp-silent': {
    severity: 'note',
    message: (args) => `${place(args)}: UDP silence proves nothing, neither open nor closed.`,
    advice: ({ isLocal }) => [
      isLocal
        ? 'Run vwaudit check as root (Windows: as administrator), so that the socket table shows who listens.'
        : 'Run vwaudit check on that machine: its socket table proves the listeners. Or run vwaudit listen there and pass its log with --listen-log.',
    ],
  },
  'probe-error': {
    severity: 'note',
    message: (args) =>
      `${place(args)}: could not be probed from here (${args.reason}${args.errno === null ? '' : `, ${args.errno}`}).`,
    advice: ({ reason, errno, address }) => {
      if (reason === 'no-descriptor')
        return ['Lower --concurrency or raise the descriptor limit (ulimit -n).'];
      const isWithoutWay = NO_WAY.has(errno ?? '');
      const family = address?.includes(':') === true ? 6 : 4;
      return [
        'Check the firewall and the routes of this machine.',
        ...(isWithoutWay
          ? [
              `If this machine has no IPv${family}, check over IPv${family === 6 ? 4 : 6} only: -${family === 6 ? 4 : 6}`,
            ]
          : []),
      ];
    },
  },
  'icmp-rate-limited': {
    severity: 'note',
    message: (args) =>
      `${place(args)}: silent, while other ports of this host were refused by ICMP: the host limits its ICMP rate, so these may be refused as well.`,
    advice: () => ['Check again in a minute, or with fewer ports at a time (--skip).'],
  },
  'family-not-listening': {
    severity: 'error',
    message: ({ host, family, address }) =>
      `${host}: every port is closed over IPv${family} (${address}), while IPv${family === 4 ? 6 : 4} answers.`,
    advice: ({ host, family }) => [
      `Clients that resolve ${host} may try IPv${family} first: make the servers listen there, or remove that address from the DNS.`,
      `To check the other family only: -${family === 4 ? 6 : 4}`,
    ],
  },
  'fewer-instances': {
    severity: 'error',
    message: ({ host, running, instances }) =>
      `${host}: every port of ${instancesFrom(running + 1, instances)} fails: ${running} ${running === 1 ? 'instance seems' : 'instances seem'} to run, not ${instances}.`,
    advice: ({ running, instances, inSiteFile }) => [
      `Start ${instancesFrom(running + 1, instances)}, or check what runs: ${instancesAs(running, inSiteFile)}`,
    ],
  },
  'other-reading': {
    severity: 'error',
    message: ({ host, reading, ports }) =>
      `${host}: HTTP answers on ${ports}, the numbers of the guide's ${reading}.`,
    advice: ({ reading }) => [`Check with that reading: --reading ${reading}`],
  },
  'allocator-missing': {
    severity: 'error',
    message: ({ host }) => `${host}: the server answers, but nothing listens on the allocator's port.`,
    advice: ({ inSiteFile }) => [
      `If this one server runs without an allocator: ${inSiteFile ? 'allocator: false in the site file' : '--no-allocator'}. Otherwise start the allocator.`,
    ],
  },
  'unexpected-instance': {
    severity: 'warning',
    message: ({ host, address, instance, ports }) =>
      `${host}${address === host ? '' : ` (${address})`}: ${ports} ${ports.includes(' and ') ? 'answer' : 'answers'}: instance ${instance} is running but not part of the site.`,
    advice: ({ instance, inSiteFile }) => [
      `Check it too: ${instancesAs(instance, inSiteFile)}. Rules made for fewer instances leave it out.`,
    ],
  },
  'udp-roles-reversed': {
    severity: 'warning',
    message: (args) =>
      `${place(args)}: closed, but UDP ${args.answers} answers: the UDP roles are those of the guide's table.`,
    advice: () => ['If the HTTP ports fit too, use --reading table.'],
  },
  'foreign-process': {
    severity: 'warning',
    message: (args) =>
      args.expected === null
        ? `${place(args)}: not proven, opened by ${args.process}, the others of that part by another program.`
        : `${place(args)}: not proven, opened by ${args.process}, the other ports by ${args.expected}.`,
    advice: () => [
      'If it is not part of Viz World, stop it or move it to another port, start Viz World and check again.',
    ],
  },
  'loopback-only': {
    severity: 'error',
    message: (args) => `${place(args)}: listens on ${args.bound} only, so nobody else can connect.`,
    advice: () => ['Make the program listen on the address that clients use.'],
  },
  'one-family-only': {
    severity: 'error',
    message: ({ served, ...args }) =>
      `${place(args)}: listens on IPv${served} only, so nobody connects over IPv${served === 4 ? 6 : 4}.`,
    advice: ({ served }) => [
      `Make the program listen on IPv${served === 4 ? 6 : 4} too. Where everybody uses IPv${served}, check that family only: -${served}`,
    ],
  },
  'socket-table-incomplete': {
    severity: 'note',
    message: ({ gaps }) => `The socket table of this machine could not be read in full: ${gaps.join('; ')}.`,
  },
  'evidence-conflict': {
    severity: 'warning',
    message: (args) => `${place(args)}: the probe says ${args.seen}, but ${args.but}.`,
    advice: () => [
      'A firewall on this machine, or a listener that came or went during the run: check again.',
    ],
  },
  interrupted: {
    severity: 'note',
    message: ({ unasked }) => `Interrupted: ${unasked} ports were not probed.`,
  },
};
