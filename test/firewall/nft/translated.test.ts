import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Proof } from '../../../src/firewall/proof/proof.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import type { Effect } from '../../../src/firewall/model/action.ts';
import { parseIptables } from '../../../src/firewall/languages/iptables/save-file/parse.ts';
import type { Match } from '../../../src/firewall/model/match.ts';
import { parseNftJson } from '../../../src/firewall/languages/nftables/parse-json.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import type { Chain, Rule, Ruleset } from '../../../src/firewall/model/ruleset.ts';
import { FORMS } from './listing-forms.ts';
import { parseAddress, type Family } from '../../../src/net/address.ts';
import { overlaps } from '../../../src/net/interval-set.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { shareOf } from '../../thorough.ts';

// translated/ holds rulesets of iptables with the nf_tables back end, as the real iptables-save, `nft list ruleset` and
// `nft -j list ruleset` tell them (see capture.mjs). What nft tells is a translation, opaque in JSON and at times wrong in
// text: it may leave undecided what iptables-save decides, but it may not decide otherwise.

const folder = `${import.meta.dirname}/translated`;
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
const saved = (name: string, family: Family): Ruleset =>
  parseIptables(read(name), { file: name, family, sets: new Map() });
const files = { 4: 'four', 6: 'six' } as const;

/** Every rule with its chain, in order. */
function rulesOf({ tables }: Ruleset, family: Family): readonly (readonly [Rule, Chain])[] {
  return tables
    .filter((table) => table.family === (family === 4 ? 'ip' : 'ip6'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ chains }) =>
      [...chains.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((chain) => chain.rules.map((rule) => [rule, chain] as const)),
    );
}

/** A machine with that one rule, and after it rules that tell apart the marks it may have set. */
function machineOf([rule, chain]: readonly [Rule, Chain]) {
  const mark = (field: 'mark' | 'ct-mark', port: number): Rule => ({
    ...{ line: 0, text: '', effects: [{ kind: 'drop' }] },
    matches: [
      { kind: 'number', field, in: [1, 6] },
      { kind: 'number', field: 'destination-port', in: [port, port + 1] },
    ],
  });
  const input: Chain = {
    ...{ name: 'after', line: 0 },
    base: { hook: 'input', type: 'filter', priority: 1000, policy: 'accept', devices: [] },
    rules: [mark('mark', 102), mark('ct-mark', 103)],
  };
  const chains = new Map([
    [chain.name, { ...chain, rules: [rule] }],
    [input.name, input],
  ]);
  const table = { file: '', family: 'inet', name: 't', isDormant: false, chains } as const;
  return firewall([
    { file: '', dialect: '', backend: 'nf_tables', families: [4, 6], hooks: null, tables: [table] },
  ]);
}

const hosts = { 4: '10.77.255.1', 6: 'fd77::1' } as const;
const everybody = { 4: '0.0.0.0/0', 6: '::/0' } as const;

function answersOf(rule: readonly [Rule, Chain], family: Family): readonly Proof[] {
  const machine = machineOf(rule);
  return (['tcp', 'udp'] as const).flatMap((transport) =>
    [101, 102, 103, 5000].flatMap((port) =>
      (['new', 'established'] as const).map((state) =>
        evaluate(
          machine,
          flowQuestion({
            ...{ transport, port, state, interface: 'v1b', sourcePorts: [20_000, 20_001] },
            sources: [parsePrefix(everybody[family], 'everybody')],
            destination: parseAddress(hosts[family], 'host'),
          }),
        ),
      ),
    ),
  );
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  const name = files[family];
  const real = rulesOf(saved(`${name}.save`, family), family).map((rule) => ({
    rule,
    truth: answersOf(rule, family),
  }));

  test.each<[string, Ruleset]>([
    ['as written', saved(`${name}.rules`, family)],
    ['listed', parseNftText(read(`${name}.nft`), `${name}.nft`)],
    ...shareOf(FORMS, 1).map(([form, inForm]): [string, Ruleset] => [
      `listed with the other family (${form})`,
      parseNftText(inForm(read('both.nft')), 'both.nft'),
    ]),
    ['as JSON', parseNftJson(read(`${name}.json`), `${name}.json`)],
    ['as JSON with the other family', parseNftJson(read('both.json'), 'both.json')],
  ])('no rule %s decides otherwise than iptables-save', (_, shown) => {
    const rules = rulesOf(shown, family);
    expect(rules.length).toBe(real.length);
    const contradicting = real.flatMap(({ rule, truth }, i) => {
      const view = answersOf(rules[i]!, family);
      const isOtherwise = truth.some(
        (proof, q) =>
          overlaps(proof.allowed[family], view[q]!.blocked[family]) ||
          overlaps(proof.blocked[family], view[q]!.allowed[family]),
      );
      return isOtherwise ? [`${rule[0].text} and ${rules[i]![0].text}`] : [];
    });
    expect(contradicting).toEqual([]);
  });
});

describe('who reads only what nft tells is asked for the output of iptables-save', () => {
  const ruleOf = (rule: string): Rule =>
    parseNftText(
      `table ip filter {\nchain INPUT {\ntype filter hook input priority filter; policy accept;\n${rule}\n}\n}`,
      'x',
    ).tables[0]!.chains.get('INPUT')!.rules[0]!;

  test.each<[string, string]>([
    ['udp sport . udp dport { 0-65535 . 101, 101 . 0-65535 } drop', 'translated-extension'],
    ['ct status dnat drop', 'translated-extension'],
    // --ctstatus NONE
    ['ct status drop', 'translated-extension'],
    ['ct status ct status snat udp dport 101 counter packets 0 bytes 0 notrack', 'translated-extension'],
    ['ct state != new,related drop', 'translated-extension'],
    ['fib saddr type unicast drop', 'translated-extension'],
    ['xt match recent counter packets 0 bytes 0 drop', 'opaque-extension'],
    ['counter packets 0 bytes 0 xt target CONNMARK', 'opaque-extension'],
  ])('%s', (rule, why) => {
    expect(reasons(ruleOf(rule))).toContain(why);
  });

  test('an opaque rule of JSON', () => {
    const all = rulesOf(parseNftJson(read('four.json'), 'four.json'), 4).flatMap(([rule]) => reasons(rule));
    expect(all.filter((why) => why === 'opaque-extension').length).toBeGreaterThan(60);
  });

  test.each([
    ['a target that is not known may be a mark', '{"mangle": {"key": {"meta": {"k": "mark"}}, "value": 1}}'],
    [
      'what else an update holds may be a test',
      '{"set": {"op": "add", "elem": 1, "set": "@s", "new": {"limit": {"rate": 5}}}}',
    ],
    ['a helper that is not named', '{"ct helper": {"name": "ftp"}}'],
    ['and of a meter', '{"meter": {"name": "m", "key": 1, "new": {"limit": {"rate": 5}}}}'],
  ])('JSON: %s', (_, statement) => {
    const chain = '"family": "ip", "table": "t"';
    const text = `{"nftables": [{"table": {"family": "ip", "name": "t"}}, {"chain": {${chain}, "name": "c"}}, {"rule": {${chain}, "chain": "c", "expr": [${statement}]}}]}`;
    const [rule] = parseNftJson(text, 'x').tables[0]!.chains.get('c')!.rules;
    expect(rule!.effects).toMatchObject([{ kind: 'unknown' }]);
  });

  test('a table of somebody else is read as it stands', () => {
    const text =
      'table ip mine {\nchain INPUT {\ntype filter hook input priority filter;\nct status dnat drop\n}\n}';
    expect(reasons(parseNftText(text, 'x').tables[0]!.chains.get('INPUT')!.rules[0]!)).toEqual([]);
  });
});

function reasons({ matches, effects }: Rule): readonly string[] {
  return [...matches, ...effects].flatMap((one: Match | Effect) =>
    'reason' in one ? [one.reason.code] : [],
  );
}
