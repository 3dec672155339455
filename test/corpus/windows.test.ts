// The composed Windows cases: each row of EXPECT.tsv is an answer that the evaluator has to give.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/decode-text.ts';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import type { WindowsCircumstances } from '../../src/firewall/languages/windows/lower/circumstances.ts';
import { PROFILES, type Profile } from '../../src/firewall/languages/windows/policy/profile.ts';
import { firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../src/firewall/proof/parse-packet.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { LOCAL, reg } from '../firewall/windows/texts.ts';

const folder = path.join(process.env.VWAUDIT_CORPUS ?? '/nowhere', 'windows', 'cases');
const table = path.join(folder, 'EXPECT.tsv');

interface Row {
  readonly name: string;
  readonly files: string;
  readonly flow: string;
  readonly profile: string;
  readonly given: string;
  readonly answer: string;
}

const rows: readonly Row[] = !existsSync(table)
  ? []
  : readFileSync(table, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [name = '', files = '', flow = '', profile = '', given = '', answer = ''] = line.split('\t');
        return { name, files, flow, profile, given, answer };
      });

/** Rows about which ports something may listen on, not about rules. */
const isListenRow = ({ flow }: Row): boolean => flow.startsWith('listen');

const ALL_JSON = [
  'address',
  'application',
  'interface',
  'interfacetype',
  'port',
  'profiles',
  'security',
  'service',
];

function filesOf({ files, given }: Row): readonly string[] {
  const others = ALL_JSON.map((name) => `19-${name}.json`);
  if (files.endsWith('without 19-address.json'))
    return ['19-rules-array.json', ...others.filter((name) => !name.includes('address'))];
  const named = files.split(' + ').flatMap((part) => {
    if (part === 'the other 19-*.json' || part === 'filters') return others;
    return [part.replace(' alone', '')];
  });
  return given === 'rules as in 05-shields-up-local.reg' ? [...named, '05-shields-up-local.reg'] : named;
}

/** Rows take their files as the whole truth, but for those about what a missing store means. */
function circumstancesOf({ name, files, given }: Row): WindowsCircumstances {
  const isPartial = files.endsWith(' alone') || (name.startsWith('01') && !files.includes('gpo'));
  const [, path = null] = /(?:listener|program) ([A-Z]:\\[^,(]*?(?:\.exe))/.exec(given) ?? [];
  const isKernel = given.includes('PID 4');
  const program = isKernel ? 'System' : given.includes('VizWorld.exe of s3') ? S3 : path;
  const [, service = null] = /is service (\w+)/.exec(given) ?? [];
  const isUnknown = given.includes('unknown whether a service');
  return { program, service: isUnknown ? 'unknown' : service, localSubnets: [], isComplete: !isPartial };
}

const S3 = 'C:\\Program Files\\Vizrt\\VizWorld\\VizWorld.exe';

function profilesOf({ profile }: Row): readonly (Profile | null)[] {
  const found = PROFILES.filter((one) => profile.includes(one));
  return found.length === 0 ? [null] : found;
}

const RESULTS = { allow: 'allowed', block: 'blocked', undecided: 'undecided' } as const;

/** The answers a row admits: some admit two. */
function acceptedBy({ answer, flow }: Row): readonly string[] {
  if (flow.endsWith(':-')) return ['blocked', 'undecided', 'allowed'];
  const words = Object.entries(RESULTS).filter(([word]) => answer.includes(word));
  return words.map(([, result]) => result);
}

function packetOf({ flow }: Row): string {
  const [transport = '', from = '', to = ''] = flow.replace(' (its own address)', '').split(/ (?:-> )?/);
  const [, host = '', port = ''] = /^(.*):(\S+)$/.exec(to) ?? [];
  const number = port === '-' ? '10100' : port;
  return `${transport} ${from} > ${host.includes(':') ? `[${host}]` : host}:${number}`;
}

describe.skipIf(rows.length === 0)('expected answers', () => {
  test('90 rows', () => {
    expect(rows.length).toBe(90);
  });
  test.each(
    rows
      .filter((row) => !isListenRow(row))
      .map((row) => [`${row.name}: ${row.files} ${row.flow} ${row.profile} ${row.given}`, row] as const),
  )('%s', (_, row) => {
    const sources = filesOf(row).map((file) => ({
      file,
      text: decodeText(readFileSync(path.join(folder, file))),
      dialect: null,
    }));
    const machine = firewall(parseRulesets(sources, circumstancesOf(row)));
    for (const profile of profilesOf(row)) {
      const question = parsePacket(packetOf(row), 'input');
      const number = profile === null ? null : PROFILES.indexOf(profile);
      const { result } = evaluate(machine, { ...question, profile: number, selfAddresses: [] });
      expect(acceptedBy(row), `${profile}`).toContain(result);
    }
  });
  test.each(
    rows
      .filter(isListenRow)
      .flatMap((row) => row.files.split(' or ').map((file) => [`${file}: ${row.flow}`, file, row] as const)),
  )('%s', async (_, file, { flow, answer }) => {
    const bytes = (name: string): Buffer =>
      name === 'none.reg' ? Buffer.from(reg(LOCAL, {})) : readFileSync(path.join(folder, file));
    const system = { ...nodeSystem, readBytes: (name: string) => Promise.resolve(bytes(name)) };
    const options = {
      ...{ files: ['none.reg', file], dialects: ANY_DIALECT, hook: 'input' as const, interfaces: [] },
      ...{ rulesOf: null, selfAddresses: [], isForwarding: false },
    } as const;
    const site = siteFromYaml(
      'hosts: { maps-a: { address: 10.1.2.10, instances: 2, allocator: true } }\npeers: { client: [10.1.2.30], web: [10.1.2.30] }\n',
      'vwaudit.yaml',
    );
    const report = await audit(site, options, { system, tool: { name: 'vwaudit', version: 'test' } });
    const codes = report.findings.filter(({ code }) => /^port-excluded$|^dynamic-range/.test(code));
    for (const port of flow.match(/\d+/g) ?? []) {
      const found = codes.filter(({ flows }) =>
        report.flows.some((one) => flows.includes(one.id) && one.port === Number(port)),
      );
      expect(found.map(({ code }) => code)).toEqual(
        answer.startsWith('finding ') ? [answer.replace('finding ', '')] : [],
      );
    }
  });
});
