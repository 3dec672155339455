import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import type { ProofResult } from '../../src/firewall/proof/proof.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import { parseAddress } from '../../src/net/address.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import type { LabHost } from './lab/lab.ts';
import type { Agent, Probe } from './rules-agent.ts';

/** A listing as a real tool left it. */
export interface Capture {
  readonly file: string;
  readonly text: string;
}

/** What the program says of each probe that comes in by eth0. */
export function answersOf(
  captures: readonly Capture[],
  probes: readonly Probe[],
  hook: 'input' | 'forward',
): readonly ProofResult[] {
  const machine = firewall(parseRulesets(captures.map((capture) => ({ ...capture, dialect: null }))));
  return probes.map(({ transport, from, to, port }) => {
    const destination = parseAddress(to, 'to');
    const question = flowQuestion({
      sources: [parsePrefix(from, 'from')],
      destination,
      transport,
      port,
      hook,
      interface: 'eth0',
      selfAddresses: hook === 'input' ? [destination] : [],
    });
    return evaluate(machine, question).result;
  });
}

/**
 * The probes of which the program and the kernel say different things, asked again and more patiently before it counts: a busy
 * machine may be late. What is undecided disagrees with nothing.
 */
export async function disagreements(
  agent: Agent,
  probes: readonly Probe[],
  answers: readonly ProofResult[],
): Promise<readonly string[]> {
  let open = probes
    .map((probe, index) => ({ probe, says: answers[index] }))
    .filter(({ says }) => says !== 'undecided');
  for (const deadlineMs of [400, 1000, 2000]) {
    const asked = open;
    const heard = await agent.probe(
      asked.map(({ probe }) => probe),
      deadlineMs,
    );
    open = asked.filter(({ says }, index) => says !== (heard[index] === 'open' ? 'allowed' : 'blocked'));
    if (open.length === 0) break;
  }
  return open.map(
    ({ probe: { transport, from, to, port }, says }) => `${transport} ${from} > ${to} ${port}: not ${says}`,
  );
}

/** Loads a capture with the tool it came from, the legacy one where its name says so. */
export function load(machine: LabHost, { file, text }: Capture): void {
  const tool = file.includes('.legacy.') ? 'legacy' : 'nft';
  if (file.endsWith('.ipset')) machine.must(['ipset', 'restore'], { input: text });
  else if (file.endsWith('.iptables-save')) machine.must([`iptables-${tool}-restore`], { input: text });
  else if (file.endsWith('.ip6tables-save')) machine.must([`ip6tables-${tool}-restore`], { input: text });
  else machine.must(['nft', '-f', '-'], { input: text });
}

/** Gives a link of the lab the name that captured rules know, with its IPv6 addresses, which the kernel takes from a link that is down. */
export function rename(host: LabHost, link: string, name: string, addresses: readonly string[]): void {
  host.must(['ip', 'link', 'set', link, 'down']);
  host.must(['ip', 'link', 'set', link, 'name', name]);
  host.must(['ip', 'link', 'set', name, 'up']);
  for (const address of addresses.filter((each) => each.includes(':')))
    host.must(['ip', 'addr', 'replace', address, 'dev', name, 'nodad']);
}
