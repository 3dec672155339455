import { describe, expect, test } from 'vitest';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Access } from '../../../src/firewall/proof/access.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parseRulesets, type RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import { accessFlows } from '../../../src/ports/access-flows.ts';
import type { Finding } from '../../../src/verdict/findings/finding.ts';
import { judgeAudit } from '../../../src/verdict/audit/judge-audit.ts';
import { host, siteOf } from '../../ports/site.ts';

/** The findings about a port of one server without an allocator, who has clients in 10.30.0.0/16. */
function findings(
  source: RulesetSource,
  port: number,
  isForwarding: Exclude<Access['isForwarding'], undefined> = { 4: null, 6: null },
): readonly Finding[] {
  const machine = firewall(parseRulesets([source]));
  const only = host('maps-a', 1, false, ['10.20.0.11']);
  const site = siteOf([only], { peers: { client: ['10.30.0.0/16'] } });
  const invocation = {
    hook: 'input',
    files: [source.file],
    interfaces: [],
    argv: ['vwaudit', 'audit', source.file],
  } as const;
  return judgeAudit(
    accessFlows(only, site).flatMap((flow) => {
      if (flow.endpoint.port !== port) return [];
      const { expected, permitted, endpoint } = flow;
      const found = accessProver(machine)({
        ...{ expected, permitted, transport: endpoint.transport, port, hook: 'input', interface: null },
        ...{ destinations: only.addresses, selfAddresses: only.addresses },
        isForwarding,
      });
      const circumstances = { site, invocation, backends: machine.backends };
      return found === null ? [] : [{ flow, found, entrance: null, circumstances }];
    }),
  ).findings;
}

const save = (nat: readonly string[], filter: readonly string[]): RulesetSource => ({
  text: [
    ...['*nat', ':PREROUTING ACCEPT [0:0]', ...nat, 'COMMIT'],
    ...['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD DROP [0:0]', ...filter, 'COMMIT', ''],
  ].join('\n'),
  file: 'a.rules',
  dialect: 'iptables',
});

const PUBLISHED = '-A PREROUTING ! -i br0 -p tcp --dport 102 -j DNAT --to-destination 172.17.0.2:8102';
/** Shows that the address is another machine's. */
const ELSEWHERE = '-A FORWARD -d 172.17.0.2/32 -p tcp --dport 9 -j ACCEPT';
const ANSWERS = '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT';

test.each([
  ['firewalld', /firewalld builds its table anew when it reloads/],
  ['fw', /and save the rule with the others/],
])('what keeps a rule in table %s', (name, kept) => {
  const text = `table inet ${name} {\n\tchain i {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established accept\n\t}\n}\n`;
  const [blocked] = findings({ text, file: 'a.nft', dialect: 'nft' }, 102);
  expect(blocked?.advice[0]).toMatch(kept);
});

describe('a published port', () => {
  test('that others get in to names both rules, whatever the interface', () => {
    const [exposed] = findings(
      save([PUBLISHED], [ANSWERS, '-A FORWARD -d 172.17.0.2/32 ! -i br0 -p tcp --dport 8102 -j ACCEPT']),
      102,
    );
    expect(exposed?.message).toMatch(/a\.rules:3 .* DNAT .*, then line \d+ -A FORWARD -d 172\.17\.0\.2/);
  });

  test('that is blocked afterwards is let in by the port asked for', () => {
    const blocked = findings(save([PUBLISHED.replace('! -i br0 ', '')], [ANSWERS, ELSEWHERE]), 102);
    expect(blocked.flatMap(({ advice }) => advice)).toContain(
      '$ iptables -I FORWARD -s 10.30.0.0/16 -p tcp -m conntrack --ctstate DNAT --ctorigdstport 102 -j ACCEPT',
    );
  });

  test('that this machine does not forward: forwarding is what lacks', () => {
    const rules = save(
      [PUBLISHED.replace('! -i br0 ', '')],
      [ANSWERS, '-A FORWARD -d 172.17.0.2/32 -j ACCEPT'],
    );
    const advice = (isOn: boolean) =>
      findings(rules, 102, { 4: isOn, 6: isOn }).flatMap((finding) => finding.advice);
    expect(advice(false)).toContain('$ sysctl -w net.ipv4.ip_forward=1');
    expect(advice(true).join()).not.toContain('sysctl');
  });

  test('that nft blocks', () => {
    const text = `table ip t {
      chain p { type nat hook prerouting priority dstnat; tcp dport 102 dnat to 172.17.0.2:8102; }
      chain f { type filter hook forward priority 0; policy drop; ct state established accept; ip daddr 172.17.0.2 tcp dport 9 accept; }
    }`;
    expect(findings({ text, file: 'a.nft', dialect: 'nft' }, 102).flatMap(({ advice }) => advice)).toContain(
      "$ nft insert rule ip t f 'ip saddr 10.30.0.0/16 meta l4proto tcp ct status dnat ct original proto-dst 102 accept'",
    );
  });
});

test('a comment that speaks of DNAT translates nothing', () => {
  const nat = ['-A PREROUTING -p tcp -m comment --comment "no DNAT or REDIRECT here" -j ACCEPT'];
  const [exposed] = findings(save(nat, ['-A INPUT -p tcp --dport 102 -j ACCEPT']), 102);
  expect(exposed?.message).not.toContain('PREROUTING');
  expect(exposed?.advice[0]).toBe('Generate rules that admit only the permitted addresses:');
});

test('rules that tell interfaces apart: everybody gets in by every one, and the finding names a rule', () => {
  const filter = ['-A INPUT -i eth0 -j ACCEPT', '-A INPUT ! -i eth0 -j ACCEPT', '-A INPUT -j DROP'];
  const [exposed] = findings(save([], filter), 102);
  expect(exposed).toMatchObject({ code: 'exposed' });
  expect(exposed?.message).toContain('-A INPUT ! -i eth0 -j ACCEPT');
});

test('one address in the file is not what blocks a network', () => {
  const source = save([], ['-A INPUT -s 10.30.0.1/32 -j DROP', '-A INPUT -j DROP']);
  const [blocked] = findings(source, 102);
  expect(blocked?.message).toContain('every address of client');
  expect(blocked?.message).toContain('-A INPUT -j DROP (65,535 addresses)');
  expect(blocked?.message).toContain('-A INPUT -s 10.30.0.1/32 -j DROP (1 address)');
});

test('who is dropped by the policy of a nft chain is let in before it, with the name of the chain', () => {
  const text =
    'table inet f {\n chain input {\n type filter hook input priority 0; policy drop;\n ct state established accept\n }\n}\n';
  const shown = findings({ text, file: 'b.nft', dialect: 'nft' }, 102).flatMap(({ advice }) => advice);
  expect(shown).toContain(
    'Accept them before the policy of chain input (b.nft:2), and save the rule with the others:',
  );
});
