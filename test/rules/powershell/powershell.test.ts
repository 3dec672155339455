import { beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../../src/input-error.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix, prefixContains } from '../../../src/net/prefix.ts';
import type { Site } from '../../../src/deployment/site.ts';
import { shareOfRuns } from '../../thorough.ts';
import { openTo, SOURCES } from '../access.ts';
import { makeRules } from '../render-rules.ts';
import { everyCombination, makeHost, makeSite, peersOf, randomSite, thisMachine } from '../sites.ts';
import { problemsOf } from './cmdlets.ts';
import { powershellParser, type Command, type Script } from './parse-powershell.ts';

let parse: (text: string) => Script;

beforeAll(async () => {
  parse = await powershellParser();
});

/** Every script of the site, parsed, every cmdlet checked. */
function commandsOf(site: Site, limit = Infinity): readonly (readonly Command[])[] {
  return makeRules(site, 'windows')
    .slice(0, limit)
    .map(({ text }) => {
      const { errors, commands } = parse(text);
      expect(errors).toEqual([]);
      expect(commands.flatMap(problemsOf)).toEqual([]);
      expect(commands.length).toBeGreaterThan(10);
      return commands;
    });
}

const parsed = new Map<string, readonly Command[]>();

/** The commands that make rules; each is parsed by itself, and once, however many scripts have it. */
function ruleCommands(script: string): readonly Command[] {
  return [...script.matchAll(/New-NetFirewallRule [^`\n]*(?:`\n[^`\n]*)*/g)].flatMap(([text]) => {
    const commands = parsed.get(text) ?? parse(text).commands;
    parsed.set(text, commands);
    return commands;
  });
}

test('1 to 200 instances', () => {
  for (let instances = 1; instances <= 200; instances += Math.floor(200 / shareOfRuns(5, 200))) {
    commandsOf(
      makeSite([makeHost('maps-a', ['10.20.0.11', 'fd00:20::11'], instances)], { web: ['10.0.0.0/8'] }),
    );
  }
});

test('every role stated in every way: the rules let in exactly who must get in', () => {
  const lines = new Set<string>();
  for (const combination of everyCombination()) {
    const site = makeSite([thisMachine(4)], peersOf(combination));
    const { text } = makeRules(site, 'windows')[0]!;
    const commands = ruleCommands(text);
    const fresh = text.split('\n').filter((line) => !line.startsWith('#') && !lines.has(line));
    for (const line of fresh) lines.add(line);
    if (fresh.length > 0) {
      const whole = commandsOf(site)[0]!.filter(({ name }) => name === 'New-NetFirewallRule');
      expect(commands.map(({ parameters }) => parameters.RemoteAddress)).toEqual(
        whole.map(({ parameters }) => parameters.RemoteAddress),
      );
    }
    const got = SOURCES.map(({ address }) => ({
      tcp: portsAllowed(commands, 'tcp', address),
      udp: portsAllowed(commands, 'udp', address),
    }));
    const wanted = SOURCES.map((source) => {
      const { tcp, udp } = openTo(source, combination);
      return { tcp: new Set(tcp), udp: new Set(udp) };
    });
    expect(got, JSON.stringify(combination)).toEqual(wanted);
  }
});

test('random sites: parsed and checked, or refused with a reason', () => {
  const sites = shareOfRuns(8, 300);
  let refused = 0;
  for (let seed = 1000; seed < 1000 + sites; seed += 1) {
    try {
      commandsOf(randomSite(seed), 1);
    } catch (error) {
      if (!(error instanceof InputError)) throw new Error(`seed ${seed}`, { cause: error });
      expect(error.problem.code).toBe('not-in-this-format');
      refused += 1;
    }
  }
  expect(refused).toBeLessThan(sites / 2);
});

test('nobody at all is a script without rules', () => {
  const [commands] = commandsOf(makeSite([thisMachine()], { client: [] }));
  expect(commands!.filter(({ name }) => name === 'New-NetFirewallRule')).toEqual([]);
});

describe('the table catches what the grammar does not', () => {
  const GOOD = `New-NetFirewallRule -Group 'VWAudit' -DisplayName 'x' -Direction 'Inbound' -Action 'Allow' -Enabled 'True' -Profile 'Domain', 'Private' -EdgeTraversalPolicy 'Block' -Protocol 'TCP' -LocalPort '102', '10100-10103' -RemoteAddress 'Any'`;

  test('a good command passes', () => {
    expect(parse(GOOD).commands.flatMap(problemsOf)).toEqual([]);
  });

  test.each([
    ['a parameter that does not exist', '-DisplayName', '-DisplayNam'],
    ['a block rule', "'Allow'", "'Block'"],
    ['no profile', "-Profile 'Domain', 'Private'", ''],
    ['another profile', "'Domain'", "'Home'"],
    ['a port out of range', "'102'", "'70000'"],
    ['a range backwards', '10100-10103', '10103-10100'],
    ['a name as address', "'Any'", "'maps-a'"],
    ['a prefix Windows refuses', "'Any'", "'0.0.0.0/0'"],
    ['another cmdlet', 'New-NetFirewallRule', 'New-FirewallRule'],
    ['a value too many', "'TCP'", "'TCP', 'UDP'"],
  ])('%s', (_, from, to) => {
    expect(parse(GOOD.replace(from, to)).commands.flatMap(problemsOf)).not.toEqual([]);
  });

  test('a removal without anything to remove', () => {
    expect(parse('Remove-NetFirewallRule').commands.flatMap(problemsOf)).not.toEqual([]);
  });
});

/** The ports the allow rules open to an address, as Windows reads them. */
function portsAllowed(commands: readonly Command[], transport: string, source: string): ReadonlySet<number> {
  const address = parseAddress(source, 'source');
  const ports = new Set<number>();
  for (const { name, parameters } of commands) {
    if (name !== 'New-NetFirewallRule' || parameters.Protocol?.[0] !== transport.toUpperCase()) continue;
    const isFrom = parameters.RemoteAddress!.some(
      (text) => text === 'Any' || prefixContains(parsePrefix(text!, 'RemoteAddress'), address),
    );
    if (!isFrom) continue;
    for (const text of parameters.LocalPort!) {
      const [first, last = first] = text!.split('-').map(Number) as [number, number?];
      for (let port = first; port <= last; port += 1) ports.add(port);
    }
  }
  return ports;
}
