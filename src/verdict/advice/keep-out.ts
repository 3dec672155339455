import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Change } from '../../firewall/proof/prove-access.ts';
import type { Backend } from '../../firewall/model/ruleset.ts';
import { groupsBy } from '../../group-by.ts';
import { FAMILIES, type Address, type Family } from '../../net/address.ts';
import type { AccessFlow } from '../../ports/access-flows.ts';
import { say, type Step } from '../findings/step.ts';
import { portsText } from '../reports/label.ts';
import { decidingEntry, translations } from '../trace/deciding-rule.ts';
import { rulePlace } from '../trace/rule-label.ts';
import type { Circumstances, Failing, Forbidden } from './circumstances.ts';
import { refusals, type Selected, type Tool } from './inserted-rules.ts';
import { ownRules } from './own-rules.ts';

/**
 * How to shut the flows that nobody else may use and that such changes would open: what is dropped now is all that keeps others
 * out. It stands before the changes, so that nothing is open meanwhile.
 */
export function shutFirst(
  change: Change,
  forbidden: readonly Forbidden[],
  circumstances: Circumstances,
): readonly Step[] {
  if (change.accepts.every(({ of }) => of === 'source') && change.forwards.length === 0) return [];
  const shut = forbidden.filter(({ found }) => found.fate !== 'allowed');
  const opened = [...groupsBy(shut, ({ found }) => found)].flatMap(([found, group]): readonly Failing[] => {
    const then = found.foundAfter(change);
    if (then?.fate !== 'allowed') return [];
    const { entrance = null } = group[0] ?? {};
    return [{ flows: group.map(({ flow }) => flow), entrance, found: then, fate: 'allowed' }];
  });
  if (opened.length === 0) return [];
  const ports = portsText(opened.flatMap(({ flows }) => flows.map(({ endpoint }) => endpoint)));
  return [
    say(`What is dropped there is all that keeps others out of ${ports}. First:`),
    ...opened.flatMap((failing) =>
      FAMILIES.flatMap((family) =>
        witnessesOf(failing, family).flatMap((witness) =>
          keepOut(
            failing.found.pathOf(witness),
            selected(failing, family, circumstances),
            failing,
            circumstances,
          ),
        ),
      ),
    ),
  ];
}

/** One of each of the largest shares: what mends the one need not mend the other. */
export function witnessesOf({ found, fate }: Failing, family: Family): readonly Address[] {
  const shares = fate === 'undecided' ? [] : found.sharesOf(fate).largest.slice(0, MAX_CURED);
  return shares.flatMap(({ witnesses }) => witnesses.filter((witness) => witness.family === family));
}

const MAX_CURED = 8;

export function keepOut(
  trace: readonly TraceEntry[],
  them: Selected,
  { flows }: Failing,
  circumstances: Circumstances,
): readonly Step[] {
  const [flow] = flows;
  const [sent] = translations(trace);
  const entry = sent ?? decidingEntry(trace, 'allowed');
  if (flow === undefined) return [];
  const tool = toolOf(entry, circumstances);
  if (sent !== undefined) {
    const isHost = circumstances.invocation.hook === 'input';
    const steps = refusals(tool, sent, them, isHost);
    return [say(`Refuse everyone else before ${placeOf(sent)}${toKeep(sent, 'the rules')}`), ...steps];
  }
  return ownOf(tool, flow, circumstances);
}

export function ownOf(tool: Tool, { host }: AccessFlow, circumstances: Circumstances): readonly Step[] {
  const { site } = circumstances;
  const placement = placementOf(circumstances);
  if (placement === 'gateway' && site.hosts.some(({ addresses }) => addresses.length === 0))
    return [
      say('Give the addresses of the hosts with --host or a site file: rules for a gateway need them.'),
    ];
  return [
    say('Generate rules that admit only the permitted addresses:'),
    ...ownRules(tool.language, site, host, { placement, backEnd: backEndOf(tool) }),
  ];
}

export function placeOf(entry: TraceEntry): string {
  const place = rulePlace(entry, { withFile: true });
  return entry.kind === 'policy' ? `the policy of chain ${entry.chain} (${place})` : place;
}

/** Where an inserted rule goes, so that it stays. */
export function toKeep({ table }: TraceEntry, what: 'the rule' | 'the rules'): string {
  if (table !== FIREWALLD) return `, and save ${what} with the others:`;
  return `. firewalld builds its table anew when it reloads: what nft inserts lasts until then, so give ${what} to firewalld too (firewall-cmd --permanent, in the zone of the interface):`;
}

/** The table that firewalld makes and removes. */
const FIREWALLD = 'firewalld';

/** The connections of these flows; on a gateway, or on a machine that connects, only those to the host. */
export function selected(
  { flows, entrance }: Failing,
  family: Family,
  { invocation: { hook } }: Circumstances,
): Selected {
  const [flow] = flows;
  const stated = flow?.host.addresses ?? [];
  const addresses = entrance === null ? stated : entrance.to === null ? [] : [entrance.to];
  return {
    family,
    ports: flows.map(({ endpoint: { transport, port } }) => ({ transport, port: entrance?.port ?? port })),
    destinations: hook === 'input' ? [] : addresses.filter((address) => address.family === family),
    permitted: (flow?.permitted ?? []).filter((prefix) => prefix.family === family),
  };
}

/** In whose words rules are advised; Windows has advice of its own. */
const TOOL: Readonly<Record<Exclude<Backend, 'wfp'>, Tool>> = {
  xtables: { language: 'iptables', backEnd: null },
  'xtables-legacy': { language: 'iptables', backEnd: 'legacy' },
  'xtables-nft': { language: 'iptables', backEnd: 'nft' },
  nf_tables: { language: 'nft' },
};

/** What loads the rule that decides. */
export function toolOf(entry: TraceEntry | null, { backends }: Pick<Circumstances, 'backends'>): Tool {
  const backend = backends.get(entry?.file ?? '') ?? [...backends.values()][0];
  return backend === undefined || backend === 'wfp' ? TOOL.nf_tables : TOOL[backend];
}

function backEndOf(tool: Tool): string | null {
  return tool.language === 'iptables' ? tool.backEnd : null;
}

function placementOf({ invocation: { hook } }: Circumstances): 'host' | 'gateway' {
  return hook === 'forward' ? 'gateway' : 'host';
}
