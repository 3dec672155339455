import { ROLES } from '../../../deployment/role.ts';
import { groupBy } from '../../../group-by.ts';
import { formatAddress } from '../../../net/address.ts';
import { formatPrefix } from '../../../net/prefix.ts';
import { THIS_MACHINE } from '../../../deployment/site.ts';
import { siteArguments } from '../../advice/site-arguments.ts';
import { finding, type Finding } from '../../findings/finding.ts';
import { run, say } from '../../findings/step.ts';
import type { JudgeContext } from '../judge-check.ts';
import { byPlace, idsOf, locationOf, type Judged } from '../judged.ts';

/** What this machine cannot speak for: one finding for each own address, and one for each address it speaks from. */
export function vantageFindings(
  judged: readonly Judged[],
  { site }: Pick<JudgeContext, 'site'>,
): readonly Finding[] {
  const doubted = (why: Judged['doubt']): readonly Judged[] =>
    judged.filter(({ doubt, result }) => doubt === why && result.verdict === 'unproven');
  return [
    ...byPlace(doubted('own-machine')).map((group) => ownMachine(group, site)),
    ...groupBy(doubted('wrong-address'), sourceOf).map(wrongAddress),
    ...groupBy(doubted('no-common-family'), ({ result }) => result.host).map(noCommonFamily),
  ];
}

function ownMachine(group: readonly Judged[], site: JudgeContext['site']): Finding {
  const { host = '', address = null, from } = group[0]?.result ?? {};
  const flow = group[0]?.checked.flow;
  const audit =
    site === undefined || flow === undefined || flow.host.key === THIS_MACHINE
      ? []
      : [
          say('Or audit the rules of this machine (Linux: nft list ruleset > own.nft):'),
          run('vwaudit', 'audit', 'own.nft', ...siteArguments(site, flow.host)),
        ];
  const audience = new Set(group.flatMap(({ checked }) => checked.flow.endpoint.audience));
  const roles = ROLES.filter((role) => audience.has(role));
  return finding('own-machine', { host, address, as: from?.role ?? '', roles }, idsOf(group), audit);
}

function noCommonFamily(group: readonly Judged[]): Finding {
  const apart = group.flatMap(({ checked }) => checked.flow.misplaced?.apart ?? []);
  const each = [...new Map(apart.map((one) => [one.role, one])).values()];
  return finding('no-common-family', { ...locationOf(group), apart: each }, idsOf(group));
}

function wrongAddress(group: readonly Judged[]): Finding {
  const { from: { role = '' } = {} } = group[0]?.result ?? {};
  const { flow, inSiteFile = false } = group[0]?.checked ?? {};
  const { source = null, stated = [] } = flow?.misplaced ?? {};
  const prefixes = [
    ...new Set(group.flatMap(({ checked }) => checked.flow.from.addresses.map(formatPrefix))),
  ];
  const args = {
    as: role,
    source: source === null ? '' : formatAddress(source),
    stated: role === 'outsider' ? [] : prefixes,
    isStatedAs: [...stated],
    inSiteFile,
  };
  return finding('wrong-vantage', args, idsOf(group));
}

function sourceOf({ checked: { flow } }: Judged): string {
  const { source = null, stated = [] } = flow.misplaced ?? {};
  return [source === null ? '' : formatAddress(source), ...stated].join(' ');
}
