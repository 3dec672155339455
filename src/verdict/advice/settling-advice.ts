import type { CaseCondition } from '../../firewall/proof/cases/case-condition.ts';
import type { Dimension } from '../../firewall/model/dimension.ts';
import type { Reason } from '../../firewall/model/reason.ts';
import { isWayReason } from '../trace/is-way-reason.ts';
import type { Host, Site } from '../../deployment/site.ts';
import { run, say, type Step } from '../findings/step.ts';
import { siteArguments } from './site-arguments.ts';
import { wayAdvice } from './way-advice.ts';

/** An answer that depends on what nobody stated. */
export interface Unsettled {
  /** Why it is undecided, or why its cases differ. */
  readonly reasons: readonly Reason[];
  readonly conditions: readonly CaseCondition[];
  readonly site: Site;
  readonly host: Host;
  /** Who is asked about, as `vwaudit check --as` takes it. */
  readonly as: string;
  /** A source that it is open for. */
  readonly witness: string;
  /** The command that was given. */
  readonly argv: readonly string[];
  readonly files: readonly string[];
  /** The machine's own facts were given, not its rules alone. */
  readonly isCollected: boolean;
  readonly isWindows: boolean;
}

/** What settles it beside an interface: a flag, a collection, a change of the machine; where nothing can be stated, what can tell. */
export function settlingSteps(unsettled: Unsettled): readonly Step[] {
  const { conditions } = unsettled;
  const tested = conditions.flatMap((each) => (each.kind === 'test' ? [each] : []));
  const all = [...unsettled.reasons, ...tested.flatMap(({ reason }) => reason ?? [])];
  const programs = [
    ...new Set(
      all.flatMap((one) => (one.code === 'listener-program' ? [one.program, ...(one.others ?? [])] : [])),
    ),
  ];
  const stepsBy = (reason: Reason): readonly Step[] | null =>
    reason.code === 'listener-program' && programs.length > 1 ? [] : stepsFor(reason, unsettled);
  const [missing, others] = partition(unsettled.reasons, isOfMissingFile);
  const steps = [
    ...missing.flatMap((reason) => stepsBy(reason) ?? []),
    ...(programs.length > 1 ? programSteps(programs, unsettled) : profileSteps(unsettled)),
    ...others.flatMap((reason) => stepsBy(reason) ?? []),
    ...tested.flatMap(
      ({ reason, dimension }) =>
        (reason === undefined ? null : stepsBy(reason)) ?? stepsOf(dimension, unsettled),
    ),
  ];
  return unique(steps);
}

function partition(
  all: readonly Reason[],
  fits: (one: Reason) => boolean,
): readonly [fitting: readonly Reason[], others: readonly Reason[]] {
  return [all.filter(fits), all.filter((one) => !fits(one))];
}

function profilesOf({ conditions }: Unsettled): readonly string[] {
  return [...new Set(conditions.flatMap((each) => (each.kind === 'profile' ? each.names : [])))];
}

function profileSteps(unsettled: Unsettled): readonly Step[] {
  const profiles = profilesOf(unsettled);
  const [profile] = profiles;
  if (profile === undefined) return [];
  return [
    say(
      `State the profile of the network (Get-NetConnectionProfile tells): ${profiles.join(', ')}. For example:`,
    ),
    run(...unsettled.argv, '--profile', profile),
  ];
}

/** Rules for many programs need not be for the one that listens: it is stated once, with the profile where that is open too. */
function programSteps(programs: readonly string[], unsettled: Unsettled): readonly Step[] {
  const profiles = profilesOf(unsettled);
  const [profile] = profiles;
  const network =
    profile === undefined
      ? ''
      : `, and the profile of the network (Get-NetConnectionProfile tells: ${profiles.join(', ')})`;
  const named = programs.slice(0, MAX_PROGRAMS).join(', ');
  const more = programs.length > MAX_PROGRAMS ? ` and ${programs.length - MAX_PROGRAMS} more` : '';
  return [
    say(`State the program that listens there (the rules name ${named}${more})${network}. For example:`),
    run(
      ...unsettled.argv,
      ...(profile === undefined ? [] : ['--profile', profile]),
      ...['--program', LISTENER],
    ),
  ];
}

const MAX_PROGRAMS = 3;

/** As an installation may have it. */
const LISTENER = 'C:\\Program Files\\Vizrt\\VizWorld\\vizworld.exe';

/** Null where the dimension tells enough. */
function stepsFor(reason: Reason, unsettled: Unsettled): readonly Step[] | null {
  const { argv, witness } = unsettled;
  if (isWayReason(reason))
    return wayAdvice(reason, { witness, argv, check: check(unsettled), again: collectSteps(unsettled) });
  switch (reason.code) {
    case 'too-many-cases':
    case 'not-followed':
      return [say('Ask from there whether it gets in:'), check(unsettled)];
    case 'forwarding':
      return [
        say('If the machine forwards packets (sysctl net.ipv4.ip_forward), say so:'),
        run(...argv, '--forwarding'),
      ];
    case 'network-profile':
      return [
        say(
          'If the network of the interface is in the domain profile (Get-NetConnectionProfile tells), state it:',
        ),
        run(...argv, '--profile', 'domain'),
      ];
    case 'listener-program':
      return [
        say(`If ${reason.program} listens there, state it:`),
        run(...argv, '--program', reason.program),
      ];
    case 'store-not-given':
      return exportSteps(reason.store, argv);
    case 'set-not-given':
      return saveSetsSteps(unsettled);
    case 'listener-service':
      if (reason.service === '*')
        return [
          say('If a service owns the socket, state its short name with --service (Get-Service tells it).'),
        ];
      return [
        say(`If the service ${reason.service} listens there, state it:`),
        run(...argv, '--service', reason.service),
      ];
    case 'address-keyword':
      return /^LocalSubnet/i.test(reason.keyword)
        ? [
            say('State the subnets of the computer, for example:'),
            run(...argv, '--local-subnet', '10.20.0.0/24'),
          ]
        : [];
    case 'frames-not-seen':
      return [
        say(
          'Let the rules of IP see what the bridge passes, on the gateway (in /etc/modules-load.d and /etc/sysctl.d to keep it), then collect again:',
        ),
        run('sudo', 'modprobe', 'br_netfilter'),
        run(
          'sudo',
          'sysctl',
          '-w',
          'net.bridge.bridge-nf-call-iptables=1',
          'net.bridge.bridge-nf-call-ip6tables=1',
        ),
        ...collectSteps(unsettled),
      ];
    case 'link-layer':
    case 'bridge-port':
    case 'vlan-tag':
      return [
        say(
          'No flag states MAC addresses, bridge ports or VLAN tags. Test a source address or an interface in that rule instead, or ask from there whether it gets in:',
        ),
        check(unsettled),
      ];
    case 'mark':
    case 'sockets':
    case 'source-country':
    case 'ipsec':
    case 'routing':
    case 'bridge-frames':
      return stepsOf('host', unsettled);
    case 'header-field':
    case 'tcp-options':
    case 'payload':
      return stepsOf('contents', unsettled);
    default:
      return null;
  }
}

function stepsOf(dimension: Dimension, unsettled: Unsettled): readonly Step[] {
  switch (dimension) {
    case 'interface':
      return [];
    case 'link':
    case 'host':
    case 'route':
      return unsettled.isCollected
        ? [say('Only the machine itself can tell. Ask from there whether it gets in:'), check(unsettled)]
        : [
            say('The rules alone do not tell. Collect what the machine knows beside them, and audit that:'),
            ...collectSteps(unsettled),
          ];
    case 'rate':
    case 'list':
    case 'connection':
    case 'clock':
    case 'chance':
      return [
        say(
          'It changes from moment to moment, so nothing can be stated: only a rule in front of it that does not test it settles this.',
        ),
      ];
    case 'source-port':
    case 'opening':
    case 'header':
    case 'contents':
      return [
        say('It depends on what the sender puts into its packets. Ask from there whether it gets in:'),
        check(unsettled),
      ];
  }
}

/** What exports a store of Windows Defender Firewall. */
function exportSteps(store: 'policy' | 'local', argv: readonly string[]): readonly Step[] {
  const { title, file, key } = EXPORTS[store];
  return [
    say(`Export ${title} on the computer, and give ${file} too:`),
    run('reg', 'export', key, file),
    ...(store === 'policy' ? [say('Where there is no such key, say so:'), run(...argv, '--complete')] : []),
  ];
}

const EXPORTS = {
  policy: {
    ...{ title: 'Group Policy', file: 'policy.reg' },
    key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall',
  },
  local: {
    ...{ title: 'the local rules', file: 'local.reg' },
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy',
  },
} as const;

/** What saves the sets that rules of iptables name. */
function saveSetsSteps({ argv, files }: Unsettled): readonly Step[] {
  const [program = 'vwaudit', command = 'audit', ...rest] = argv;
  return [
    say(`Save the sets on the machine, and give ${SETS_FILE} too:`),
    run('sudo', 'ipset', 'save', '-file', SETS_FILE),
    // Where each host has files of its own, only its owner knows whose sets these are.
    ...(files.some((file) => file.includes('=')) ? [] : [run(program, command, SETS_FILE, ...rest)]),
  ];
}

const SETS_FILE = 'sets.ipset';

/** A file is missing: until it is given, nothing else that is stated settles it. */
export function isOfMissingFile({ code }: Reason): boolean {
  return code === 'store-not-given' || code === 'set-not-given';
}

export function collectSteps({
  argv,
  files,
  isWindows,
}: Pick<Unsettled, 'argv' | 'files' | 'isWindows'>): readonly Step[] {
  const [program = 'vwaudit', command = 'audit', ...rest] = argv;
  const others = rest.filter((word) => !files.includes(word));
  const again = run(program, command, 'machine.json', ...others);
  if (isWindows)
    return [
      run('vwaudit', 'collect', '--script', 'powershell', '--out', 'collect.ps1'),
      run(
        'powershell',
        '-NoProfile',
        '-ExecutionPolicy',
        'Bypass',
        '-File',
        'collect.ps1',
        '-Out',
        'machine.json',
      ),
      again,
    ];
  return [run('sudo', 'vwaudit', 'collect', '--out', 'machine.json'), again];
}

/** What shows from the place of a role whether it gets in. */
export function check({ site, host, as }: Pick<Unsettled, 'site' | 'host' | 'as'>): Step {
  return run('vwaudit', 'check', ...siteArguments(site, host), '--as', as);
}

/** Each once, the command with the sentence that leads to it. */
function unique(steps: readonly Step[]): readonly Step[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    const key = JSON.stringify(step);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
