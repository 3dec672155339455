import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { cpuTimeMs } from '../../cpu-time.ts';

const KEY =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';

function exportOf(count: number): string {
  const rules = Array.from(
    { length: count },
    (_, index) =>
      `"r${index}"="v2.30|Action=${index % 3 === 0 ? 'Block' : 'Allow'}|Active=TRUE|Dir=In|Protocol=6|LPort=${1000 + ((index * 7) % 60_000)}|RA4=10.${index % 200}.${index % 250}.0/255.255.255.0|App=%SystemRoot%\\\\system32\\\\x${index % 9}.exe|Name=rule ${index}|"`,
  );
  return [
    'Windows Registry Editor Version 5.00',
    '',
    `[${KEY}]`,
    '',
    `[${KEY}\\FirewallRules]`,
    ...rules,
    '',
  ].join('\r\n');
}

test('10,000 rules are read and 15 ports decided in a moment', () => {
  const text = exportOf(10_000);
  const work = (): void => {
    const machine = firewall(
      parseRulesets([{ text, file: 'x', dialect: null }], { ...NOTHING_KNOWN, isComplete: true }),
    );
    for (let port = 10_100; port < 10_115; port++)
      evaluate(
        machine,
        flowQuestion({
          sources: [parsePrefix('10.0.0.0/8', 'x')],
          destination: null,
          transport: 'tcp',
          port,
        }),
      );
  };
  work();
  const before = cpuTimeMs();
  work();
  const used = cpuTimeMs() - before;
  expect(used).toBeLessThan(2000);
});
