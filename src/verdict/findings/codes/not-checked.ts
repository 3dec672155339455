import { listed } from '../at.ts';
import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly as: string;
  readonly ports: string;
  readonly hosts: readonly string[];
  readonly inSiteFile: boolean;
}

export const notChecked: FindingKind<Args> = {
  severity: 'warning',
  title: 'No report speaks for a role of the site',
  meaning:
    'The merged reports leave out who must be able to connect, or, of ports that are not for everybody, somebody who must not. Nothing is known of what nobody checked.',
  message: ({ as, ports, hosts }) =>
    as === 'outsider'
      ? `Not checked: that others are kept out of ${ports} on ${listed(hosts)}; no report of such a machine.`
      : `Not checked: that ${as} reaches ${ports} on ${listed(hosts)}; no report as ${as}.`,
  advice: ({ as, inSiteFile }) => [
    as === 'outsider'
      ? 'On a machine that must not connect, run vwaudit check --as outsider --json with the same site, and merge its report too.'
      : `On a machine of that role, run vwaudit check --as ${as} --json with the same site, and merge its report too.`,
    ...(inSiteFile && as !== 'outsider'
      ? [`If there is no such machine, say so under peers in the site file: ${as}: []`]
      : []),
  ],
};
