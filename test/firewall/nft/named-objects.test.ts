import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { answerCases, evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { parseAddress } from '../../../src/net/address.ts';

const OBJECTS = `
	limit la {
		comment "the clients"
		rate 10/minute burst 3 packets
	}

	limit big {
		rate over 10 mbytes/second
	}

	quota qa {
		over 25 mbytes
	}

	quota spent {
		over 25 mbytes used 20 mbytes
	}

	map m {
		type inet_service : limit
		elements = { 102 : "la" }
	}
`;

const text = (rules: readonly string[], objects = OBJECTS): string =>
  `table inet t {${objects}\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n}\n`;

const JSON_OBJECTS = [
  { limit: { family: 'inet', table: 't', name: 'la', handle: 2, rate: 10, per: 'minute', burst: 3 } },
  { quota: { family: 'inet', table: 't', name: 'qa', handle: 3, bytes: 26_214_400, used: 0, inv: true } },
  {
    limit: {
      ...{ family: 'inet', table: 't', name: 'big', handle: 4, rate: 10, per: 'second', inv: true },
      rate_unit: 'mbytes',
    },
  },
];

const json = (limit: object): string => {
  const chain = { family: 'inet', table: 't', name: 'input', handle: 1 };
  return JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family: 'inet', name: 't', handle: 1 } },
      ...JSON_OBJECTS,
      { chain: { ...chain, type: 'filter', hook: 'input', prio: 0, policy: 'drop' } },
      { rule: { family: 'inet', table: 't', chain: 'input', handle: 5, expr: [limit, { accept: null }] } },
    ],
  });
};

function asked(sender: FlowQuestion['sender']): FlowQuestion {
  return flowQuestion({
    ...{ transport: 'udp', port: 102, hook: 'input', neighbours: 'known', interface: 'eth0', sender },
    destination: parseAddress('10.20.0.11', 'destination'),
    sources: [parsePrefix('10.30.0.5', 'source')],
  });
}

function answers(ruleset: string): readonly [result: string, cases: readonly string[]] {
  const machine = firewall(parseRulesets([{ text: ruleset, file: 'x', dialect: null }]));
  return [
    evaluate(machine, asked('every-client')).resultByCase,
    answerCases(machine, asked('client')).map(({ fate }) => fate),
  ];
}

test.each([
  ['limit', 'limit name "la" accept'],
  ['limit, by a map', 'limit name udp dport map { 102 : "la" } accept'],
  ['limit, by a map of the table', 'limit name udp dport map @m accept'],
  ['limit of bytes', 'limit name "big" drop\n\t\taccept'],
  ['quota', 'quota name "qa" drop\n\t\taccept'],
])('text: a named %s is answered as if the rule had it', (_, rule) => {
  expect(answers(text([rule]))).toEqual(['allowed', expect.arrayContaining(['allowed', 'blocked'])]);
});

test.each([
  ['limit', { limit: 'la' }],
  [
    'limit, by a map',
    {
      limit: {
        map: {
          key: { payload: { protocol: 'udp', field: 'dport' } },
          data: { set: [[102, 'la']] },
        },
      },
    },
  ],
])('JSON: a named %s', (_, limit) => {
  expect(answers(json(limit))).toEqual(['allowed', ['allowed', 'blocked']]);
});

test('where the map has no object for the key the rule ends', () => {
  expect(answers(text(['limit name udp dport map { 103 : "la" } accept']))[0]).toBe('blocked');
});

test('nothing is known of an object that the file does not show, nor of a quota of which some is used', () => {
  expect(answers(text(['limit name "la" accept'], ''))[0]).toBe('depends');
  expect(answers(text(['quota name "spent" drop', 'accept']))[0]).toBe('depends');
});

test('rules that name one object count together: above it at the first, a packet is so at the second', () => {
  const [, cases] = answers(text(['limit name "la" meta mark set 1', 'limit name "la" accept']));
  expect(cases).toEqual(['allowed', 'blocked', 'blocked']);
});
