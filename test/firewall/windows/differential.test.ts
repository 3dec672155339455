// Random policies and packets: the evaluator against an interpreter of its own making that looks at one packet at a time.
import { expect, test } from 'vitest';
import { readRulesetSources } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { shareOfRuns } from '../../thorough.ts';
import { decide, type NaivePacket, type NaivePolicy } from './naive.ts';
import { packetQuestion } from './packet-question.ts';
import { randomListener, randomPacket, randomPolicy } from './random-policy.ts';
import { Random } from './random.ts';
import { regText } from './write-policy.ts';

const PAIRS = Number(process.env.WINDOWS_PAIRS ?? shareOfRuns(2000, 20_000));
const SEED = Number(process.env.WINDOWS_SEED ?? 1);
const PACKETS_A_POLICY = 20;

/** @param isOneWay only the rules of the direction that is asked about are read */
function answersOf(
  policy: NaivePolicy,
  packets: readonly NaivePacket[],
  isOneWay: boolean,
): readonly string[] {
  const read = readRulesetSources([{ text: regText(policy), file: 'x.reg', dialect: null }]);
  const machines = new Map<string, ReturnType<typeof firewall>>();
  return packets.map((packet) => {
    const question = packetQuestion(packet);
    const { hook } = question;
    // Of what the computer sends to itself, the program is known at one end only.
    const isOfOneEnd = isOneWay || packet.local === packet.remote;
    const key = `${packet.program}/${packet.service}/${isOfOneEnd ? hook : ''}`;
    const known = {
      ...{ localSubnets: [parsePrefix('10.1.2.0/24', 'x')], isComplete: false },
      ...(isOfOneEnd ? { hook } : {}),
    } as const;
    const listener = { program: packet.program, service: packet.service, isServiceKnown: true };
    const machine = machines.get(key) ?? firewall(read({ ...known, ...listener }));
    machines.set(key, machine);
    return evaluate(machine, question).result;
  });
}

const WORDS = { allow: 'allowed', block: 'blocked', unknown: 'undecided' } as const;

test(`${PAIRS} pairs of policy and packet, seed ${SEED}`, () => {
  const counts: Record<string, number> = {};
  for (let pair = 0; pair < PAIRS; pair += PACKETS_A_POLICY) {
    const random = new Random(SEED * 1_000_003 + pair);
    const policy = randomPolicy(random);
    // The rules are read for each listener anew, which takes longer than many packets.
    const listeners = [randomListener(random), randomListener(random)];
    const packets = Array.from({ length: PACKETS_A_POLICY }, () => ({
      ...randomPacket(random),
      ...random.pick(listeners),
    }));
    const answers = answersOf(policy, packets, pair % (2 * PACKETS_A_POLICY) === 0);
    packets.forEach((packet, index) => {
      const right = WORDS[decide(policy, packet)];
      counts[right] = (counts[right] ?? 0) + 1;
      if (answers[index] !== right)
        expect.fail(`${answers[index]}, not ${right}\n${JSON.stringify(packet)}\n${regText(policy)}`);
    });
  }
  // Each answer is asked for often enough to mean something.
  for (const word of Object.values(WORDS)) expect(counts[word] ?? 0, word).toBeGreaterThan(PAIRS / 100);
}, 3_600_000);
