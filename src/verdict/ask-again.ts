import type { Vantage } from '../firewall/evaluate/question.ts';
import { formatAddress } from '../net/address.ts';
import type { AccessFlow } from '../ports/access-flows.ts';
import { run, say, type Step } from './step.ts';

/** The command that was given, to be given again with more. */
export interface Invocation {
  readonly hook: Vantage;
  readonly files: readonly string[];
  /** All of it: `vwaudit audit FILE …`. */
  readonly argv: readonly string[];
}

interface Open {
  readonly flow: AccessFlow;
  readonly why: string;
  /** Text of the rule that leaves it open; '' for none. */
  readonly rule: string;
  readonly witness: string;
}

/** What would settle an undecided flow, by what its rule depends on. */
export function askAgain(
  { flow, why, rule, witness }: Open,
  { hook, files, argv }: Invocation,
): readonly Step[] {
  const { role, host, endpoint } = flow;
  const [address] = host.addresses;
  if (address === undefined && why.startsWith('the question')) {
    return [
      say('If the rule names a destination, say which address the host has, for example:'),
      run(...argv, '--host', '10.20.0.11'),
    ];
  }
  if (why === 'depends on the interface it comes in by') {
    const name = namedIn(rule, INCOMING) ?? 'eth0';
    const who = hook === 'forward' ? `${role === 'outsider' ? '0.0.0.0/0' : role}=` : '';
    return [
      say('Say by which interface they come in, for example:'),
      run(...argv, '--interface', `${who}${name}`),
    ];
  }
  if (why === 'depends on the interface it leaves by') {
    const name = namedIn(rule, OUTGOING) ?? 'eth1';
    if (hook === 'output' || address === undefined)
      return [say('Say by which interface they leave, for example:'), run(...argv, '--interface', name)];
    const to = address.family === 6 ? `[${formatAddress(address)}]` : formatAddress(address);
    const packet = `${endpoint.transport} ${witness} > ${to}:${endpoint.port} out ${name}`;
    return [
      say('Ask about one packet and the interface it leaves by, for example:'),
      run('vwaudit', 'trace', ...files, '--hook', hook, '--packet', packet),
    ];
  }
  return [];
}

const INCOMING = /(?:^| )(?:-i|iif|iifname)(?: !=)? "?([\w.-]+)"?(?: |$)/;
const OUTGOING = /(?:^| )(?:-o|oif|oifname)(?: !=)? "?([\w.-]+)"?(?: |$)/;

/** The interface the rule names. */
function namedIn(rule: string, pattern: RegExp): string | undefined {
  return pattern.exec(rule)?.[1];
}
