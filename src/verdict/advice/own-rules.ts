import type { Host, Site } from '../../deployment/site.ts';
import { formatAddress } from '../../net/address.ts';
import { hasSeveralHosts, siteArguments } from './site-arguments.ts';
import { run, type Step } from '../findings/step.ts';

type Format = 'nft' | 'iptables' | 'windows' | 'windows-registry';

/** The file the rules are written to, its name split where the host comes, and what loads it. */
const FILES: Readonly<
  Record<Format, { readonly name: string; readonly ending: string; readonly load: readonly string[] }>
> = {
  nft: { name: 'vwaudit', ending: '.nft', load: ['nft', '-f'] },
  iptables: { name: 'vwaudit-iptables', ending: '.sh', load: ['sh'] },
  windows: { name: 'vwaudit', ending: '.ps1', load: ['powershell', '-ExecutionPolicy', 'Bypass', '-File'] },
  'windows-registry': { name: 'vwaudit', ending: '.reg', load: ['reg', 'import'] },
};

interface Options {
  readonly placement?: 'host' | 'gateway';
  readonly profiles?: readonly string[];
  readonly backEnd?: string | null;
}

/**
 * The commands that write the rules of the site and load them: on the host itself, or on a gateway.
 * @param options `profiles`: of Windows, none for those that `vwaudit rules` takes by itself; `backEnd`: of iptables, where it has to be
 * named
 */
export function ownRules(
  format: Format,
  site: Site,
  host: Host,
  { placement = 'host', profiles = [], backEnd = null }: Options = {},
): readonly Step[] {
  const { name, ending, load } = FILES[format];
  const isGateway = placement === 'gateway';
  const isMany = !isGateway && hasSeveralHosts(site);
  const file = (of: string): string => `${name}${of}${ending}`;
  const about = isGateway ? 'all' : host;
  return [
    run(
      ...['vwaudit', 'rules', '--format', format],
      ...(isGateway ? ['--placement', placement] : []),
      ...(profiles.length === 0 ? [] : ['--profile', profiles.join(',')]),
      ...siteArguments(site, about),
      ...['--out', file(isMany ? '-{host}' : '')],
    ),
    run(...load, file(isMany ? `-${nameOf(host)}` : ''), ...(backEnd === null ? [] : [backEnd])),
  ];
}

/** As `vwaudit rules` names the file of a host that a flag described. */
function nameOf({ key, addresses: [address] }: Host): string {
  return (address === undefined ? key : formatAddress(address)).replaceAll(':', '-');
}
