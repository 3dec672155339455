import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { firewall, type Firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { groupBy } from '../../src/group-by.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import { parseAddress, FAMILIES, type Family } from '../../src/net/address.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import { shareOfRuns } from '../thorough.ts';
import {
  CLIENTS,
  GATEWAYS,
  LINKS,
  linkLab,
  MACHINES,
  ROUTER,
  SERVER,
  SERVER_ELSEWHERE,
  type LinkLab,
  type Machine,
} from './neighbours/link-lab.ts';
import { rulesFor, type Drawn } from './neighbours/rules-arbitrary.ts';

// Rules about neighbour discovery and ARP, drawn at random, against a client on the link and one beyond a router who know nobody's
// link address: what is decided has to be so for both, whichever address the server knows its router by.

const SEED = Number(process.env.VWAUDIT_SEED ?? 1428);
const RULESETS = Number(process.env.VWAUDIT_NEIGHBOUR_RULESETS ?? shareOfRuns(4, 24));

type Client = keyof typeof CLIENTS;

interface Asked {
  readonly client: Client;
  readonly family: Family;
  readonly to: Readonly<Record<Family, string>>;
  readonly port: number;
}

/** The flows that meet the machine's rules as an end or on a gateway. */
function flowsAt(machine: Machine): readonly Asked[] {
  const clients: readonly Client[] =
    machine === 'server' ? ['near', 'far'] : machine === 'near' ? ['near'] : ['far'];
  const aims = machine === 'server' ? [SERVER, SERVER_ELSEWHERE] : [SERVER];
  const flows = clients.flatMap((client) =>
    FAMILIES.flatMap((family) => aims.map((to) => ({ client, family, to, port: 102 }))),
  );
  const led = FAMILIES.map((family) => ({ client: 'near', family, to: ROUTER, port: 103 }) as const);
  return machine === 'router' ? [...flows, ...led] : flows;
}

function says(rules: Firewall, machine: Machine, { client, family, to, port }: Asked): string {
  const isLed = to === ROUTER;
  const hook = machine === 'server' || isLed ? 'input' : machine === 'router' ? 'forward' : 'output';
  return evaluate(
    rules,
    flowQuestion({
      sources: [parsePrefix(CLIENTS[client][family], 'from')],
      destination: parseAddress(to[family], 'to'),
      transport: 'tcp',
      port,
      hook,
      interface: machine === 'router' && !isLed ? LINKS['router, far side'] : LINKS[machine],
      outInterface: machine === 'router' && !isLed ? LINKS.router : null,
      otherAddresses: isLed ? [parseAddress(CLIENTS.far[family], 'other')] : [],
      isForwarding: isLed ? true : null,
    }),
  ).result;
}

let lab: LinkLab;
beforeAll(async () => {
  lab = await linkLab();
});
afterAll(() => {
  lab.close();
});

/** Whether each flow gets through, asked again while one of them is not as it should be: a busy machine may be late. */
async function heard(
  load: () => string | null,
  flows: readonly (Asked & { readonly says: string })[],
): Promise<readonly string[] | null> {
  for (let attempt = 1; ; attempt++) {
    if (load() !== null) return null;
    const answers = await Promise.all(
      flows.map(async ({ client, family, to, port }) => {
        const probe = {
          transport: 'tcp',
          from: CLIENTS[client][family],
          to: to[family],
          port,
        } as const;
        const [answer = ''] = await lab.agents[client].probe([probe], 400 * 3 ** attempt);
        return answer === 'open' ? 'allowed' : 'blocked';
      }),
    );
    if (
      attempt === 3 ||
      flows.every((flow, index) => flow.says === 'undecided' || flow.says === answers[index])
    )
      return answers;
  }
}

test(
  `what is decided is so, ${RULESETS} rulesets, seed ${SEED}`,
  async () => {
    const drawn = fc.sample(
      fc
        .constantFrom(...MACHINES, 'server' as const)
        .chain((machine) => fc.record({ machine: fc.constant(machine), drawn: rulesFor(machine) })),
      { seed: SEED, numRuns: RULESETS },
    );
    const counts = { allowed: 0, blocked: 0, undecided: 0, refused: 0 };
    const wrong: string[] = [];
    for (const { machine, drawn: one } of drawn) {
      const rules = parsed(one);
      const flows = flowsAt(machine)
        .filter(({ family }) => rules.families.includes(family))
        .map((flow) => ({ ...flow, says: says(rules, machine, flow) }));
      // What the router asks on behalf of one flow tells a client of the other where the router is.
      const apart = groupBy(flows, ({ to }) => String(to === ROUTER));
      for (const [gateway, some] of GATEWAYS.flatMap((each) =>
        apart.map((group) => [each, group] as const),
      )) {
        const answers = await heard(() => lab.load(machine, gateway, one.command, one.rules), some);
        if (answers === null) counts.refused++;
        else
          some.forEach((flow, index) => {
            counts[flow.says as keyof typeof counts]++;
            if (flow.says !== 'undecided' && flow.says !== answers[index])
              wrong.push(
                `on ${machine}, ${flow.client} to ${flow.to[flow.family]}, router by ${gateway}: not ${flow.says}\n${one.rules}`,
              );
          });
      }
    }
    console.info(JSON.stringify(counts));
    expect(wrong).toEqual([]);
    expect(counts.allowed).toBeGreaterThan(0);
    expect(counts.blocked).toBeGreaterThan(0);
  },
  60_000 + RULESETS * 20_000,
);

function parsed({ file, rules }: Drawn): Firewall {
  return firewall(parseRulesets([{ file, text: rules, dialect: null }]));
}
