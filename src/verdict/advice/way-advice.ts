import type { Family } from '../../net/address.ts';
import type { WayReason } from '../../firewall/model/way-reason.ts';
import { run, say, type Step } from '../findings/step.ts';
import { commonFamily } from '../findings/common-family.ts';

interface Asked {
  /** A source that it is open for. */
  readonly witness: string;
  /** The command that was given. */
  readonly argv: readonly string[];
  /** What asks from a peer whether it gets in. */
  readonly check: Step;
  /** What collects the machine again and audits that. */
  readonly again: readonly Step[];
}

/** What to change on the machine, or to state, where not its rules but what it does besides them may keep somebody out. */
export function wayAdvice(reason: WayReason, { witness, argv, check, again }: Asked): readonly Step[] {
  const change = (what: string, ...commands: readonly Step[]): readonly Step[] => [
    say(`${what}, on the machine, then collect again:`),
    ...commands,
    ...again,
  ];
  switch (reason.code) {
    case 'no-common-family':
      return [say(commonFamily(reason, reason.host))];
    case 'no-route':
      return [
        say(
          'No rule decides it: the routes of the machine do. This shows the one it takes; change it there, then collect again:',
        ),
        run('ip', 'route', 'get', reason.to ?? witness),
        ...again,
      ];
    case 'not-forwarding': {
      const { settings } = reason;
      if (settings.length === 0)
        return [
          say('If the machine forwards packets by every interface, say so, or collect it again:'),
          run(...argv, '--forwarding'),
          ...again,
        ];
      const set = settings.map((name) => `${name}=1`);
      return change('Let it forward (in /etc/sysctl.d to keep it)', run('sudo', 'sysctl', '-w', ...set));
    }
    case 'interface-down':
      return change(
        `Bring ${reason.interface} up, and plug it in`,
        run('sudo', 'ip', 'link', 'set', reason.interface, 'up'),
      );
    case 'ipv6-off': {
      const setting = `net.ipv6.conf.${reason.interface.replaceAll('.', '/')}.disable_ipv6=0`;
      return change(
        `Let ${reason.interface} have IPv6 (in /etc/sysctl.d to keep it)`,
        run('sudo', 'sysctl', '-w', setting),
      );
    }
    case 'routing-rule':
      return [
        say('The routing rule may be for other packets. Ask from there whether it gets in:'),
        check,
        ...change('If it is for these, delete it', deleteRule(reason)),
      ];
    case 'ipsec-policy':
      if (reason.does === 'require')
        return [say('Only the IPsec of both ends can tell. Ask from there whether it gets in:'), check];
      return change('Delete the policy, also where it is configured', deletePolicy(reason.policy));
    case 'not-its-address':
      return [
        say('Collect the machine that has it, or, where this one gets it later (a cluster), state it:'),
        run(...argv, '--self-address', reason.address),
      ];
    case 'reverse-path': {
      const [first = ''] = reason.from;
      return [
        say(`If they come in by ${reason.routed}, state that:`),
        run(...argv, '--interface', `${first}=${reason.routed}`),
      ];
    }
    case 'no-arp':
      return change(
        `Let ${reason.interface} find its neighbours`,
        run('sudo', 'ip', 'link', 'set', reason.interface, 'arp', 'on'),
      );
    case 'arp-ignored':
      return change(
        `Let ${reason.interface} answer ARP`,
        run(
          ...['sudo', 'sysctl', '-w', 'net.ipv4.conf.all.arp_ignore=0'],
          `net.ipv4.conf.${reason.interface.replaceAll('.', '/')}.arp_ignore=0`,
        ),
      );
    case 'route-into-tunnel':
      return [
        say('Only the other end of the tunnel can tell. Ask from there whether it gets in:'),
        check,
        ...change('If they should go without it, change the route; this shows it', showTable(reason)),
      ];
    case 'no-gateway':
      return [
        say('A router may answer for them, or they are on that link. Ask from there whether it gets in:'),
        check,
        ...change(
          'If it does not, give the route its router (via), or their own network a route by that link; this shows the routes',
          showTable(reason),
        ),
      ];
    case 'own-hop-limit':
      return change(
        'Let it pass more routers (in /etc/sysctl.d to keep it)',
        run('sudo', 'sysctl', '-w', `${reason.setting}=64`),
      );
    case 'route-hop-limit':
      return change('Take hoplimit off the route; this shows it', showTable(reason));
    case 'fixed-neighbour':
      return [
        say('The link address may be right. Ask from there whether it gets in:'),
        check,
        ...change(
          'If it is wrong, delete the entry',
          run('sudo', 'ip', 'neigh', 'delete', reason.address, 'dev', reason.interface),
        ),
      ];
    case 'route-by-port':
      return change(
        `Move the addresses and routes of ${reason.interface} to ${reason.master}; this shows them`,
        run('ip', 'address', 'show', 'dev', reason.interface),
        run('ip', 'route', 'show', 'dev', reason.interface),
      );
    case 'frames-not-passed':
      return [
        say('Frames between other ports may pass. Ask from there whether it gets in:'),
        check,
        say('This shows the ports of the bridge, their VLANs and the link addresses set by hand:'),
        run('bridge', '-d', 'link', 'show'),
        run('bridge', 'vlan', 'show'),
        run('bridge', 'fdb', 'show', 'br', reason.bridge),
      ];
    case 'packet-program':
      return [
        say('Only the program or filter can tell. Ask from there whether it gets in:'),
        check,
        say('This shows that it is there:'),
        ...(reason.kind === 'xdp'
          ? [run('ip', 'link', 'show', 'dev', reason.interface)]
          : (reason.ways ?? ['ingress', 'egress']).map((way) =>
              run('tc', 'filter', 'show', 'dev', reason.interface, way),
            )),
      ];
    case 'arp-rules':
      return [
        say('Ask from there whether it gets in:'),
        check,
        ...change('Where it does not, delete these rules', run('sudo', 'arptables-legacy', '-F')),
      ];
  }
}

function showTable({ family, table }: { readonly family: Family; readonly table: string }): Step {
  return run('ip', `-${family}`, 'route', 'show', 'table', table);
}

/** By its priority, which `ip rule` prints first. */
function deleteRule({ rule, family }: Extract<WayReason, { readonly code: 'routing-rule' }>): Step {
  return run('sudo', 'ip', `-${family}`, 'rule', 'delete', 'priority', rule.split(':', 1).join(''));
}

function deletePolicy(policy: string): Step {
  const words = policy.split(' ');
  return words[0] === 'default'
    ? run('sudo', 'ip', 'xfrm', 'policy', 'setdefault', words[1] ?? '', 'accept')
    : run('sudo', 'ip', 'xfrm', 'policy', 'delete', ...words);
}
