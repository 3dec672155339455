// One model written as .reg, Registry.pol, the collector's JSON (5.1 and 7) and netsh text: equal answers.
import { expect, test } from 'vitest';
import { decodeText } from '../../../src/decode-text.ts';
import { readRulesetSources, type RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import { firewall, type Firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import type { NaivePacket, NaivePolicy } from './naive.ts';
import { packetQuestion } from './packet-question.ts';
import { randomPacket, randomPolicy } from './random-policy.ts';
import { Random } from './random.ts';
import { collectionText } from './write-collection.ts';
import { netshProfiles, netshRules, polBytes, regOf } from './write-forms.ts';

/** A short run here, the whole one in .ci/run. */
const POLICIES = Number(process.env.WINDOWS_EQUAL_POLICIES ?? 10);
const SEED = Number(process.env.WINDOWS_SEED ?? 1);
const PACKETS = 12;

/** What every form can say: no unknown keys, packages, MDM and hardening rules, no StandardProfile of the policy. */
function sayable(random: Random): NaivePolicy {
  const { rules, local, policy } = randomPolicy(random);
  const kept = rules.filter(
    ({ store, isStrange, appPackage }) =>
      (store === 'local' || store === 'policy') && !isStrange && appPackage === null,
  );
  return { rules: kept, local, policy: { ...policy, Standard: undefined } };
}

const FORMS: Readonly<Record<string, (policy: NaivePolicy) => readonly (string | Buffer)[]>> = {
  'two .reg files': (policy) => [regOf(policy, 'local'), regOf(policy, 'policy')],
  'UTF-16 .reg': (policy) =>
    (['local', 'policy'] as const).map((store) => Buffer.from(`\ufeff${regOf(policy, store)}`, 'utf16le')),
  '.reg and Registry.pol': (policy) => [regOf(policy, 'local'), polBytes(policy)],
  'the collector, 5.1': (policy) => [
    Buffer.from(`\ufeff${collectionText(policy, { powershell: '5.1' })}`, 'utf16le'),
  ],
  'the collector, 7': (policy) => [collectionText(policy, { powershell: '7' })],
  'netsh and .reg of the policy': (policy) => [
    netshRules(policy),
    netshProfiles(policy),
    regOf(policy, 'policy'),
  ],
};

function answers(files: readonly (string | Buffer)[], packets: readonly NaivePacket[]): readonly string[] {
  const sources = files.map((file, index): RulesetSource => ({
    text: decodeText(typeof file === 'string' ? Buffer.from(file) : file),
    ...{ file: `f${index}`, dialect: null },
  }));
  const read = readRulesetSources(sources);
  const machines = new Map<string, Firewall>();
  const known = { localSubnets: [parsePrefix('10.1.2.0/24', 'x')], isComplete: false };
  return packets.flatMap((packet) =>
    [
      { program: packet.program, service: packet.service, isServiceKnown: true },
      { program: null, service: null },
    ].map((listener) => {
      const key = JSON.stringify(listener);
      const machine = machines.get(key) ?? firewall(read({ ...known, ...listener }));
      machines.set(key, machine);
      return evaluate(machine, packetQuestion(packet)).resultByCase;
    }),
  );
}

test(`${POLICIES} policies in ${Object.keys(FORMS).length} forms, seed ${SEED}`, () => {
  const seen: Record<string, number> = {};
  for (let nth = 0; nth < POLICIES; nth++) {
    const random = new Random(SEED * 7_000_003 + nth);
    const policy = sayable(random);
    // A store without a rule would be one that nobody listed, in netsh's words.
    if (policy.rules.every(({ store }) => store !== 'local')) continue;
    const packets = Array.from({ length: PACKETS }, () => randomPacket(random));
    const [first, ...others] = Object.entries(FORMS).map(
      ([form, write]) => [form, answers(write(policy), packets)] as const,
    );
    for (const word of first![1]) seen[word] = (seen[word] ?? 0) + 1;
    for (const [form, other] of others)
      expect(other, `${form}\n${JSON.stringify(policy)}\n${JSON.stringify(packets)}`).toEqual(first![1]);
  }
  for (const word of ['allowed', 'blocked', 'depends'])
    expect(seen[word] ?? 0, word).toBeGreaterThan(POLICIES / 10);
});
