// trace of a Windows computer: the stronger rules that do not match, and why.
import { expect, test } from 'vitest';
import { nodeSystem } from '../../src/system/node-system.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { trace } from '../../src/usecases/audit/trace.ts';
import { NOTHING_STATED, type WindowsOptions } from '../../src/usecases/audit/windows-options.ts';
import type { TracedPacket } from '../../src/verdict/reports/trace-report.ts';
import { LOCAL, POLICY, reg, rule } from '../firewall/windows/texts.ts';

async function traced(
  files: Readonly<Record<string, string>>,
  packet: string,
  windows: Partial<WindowsOptions> = {},
): Promise<TracedPacket> {
  const system = {
    ...nodeSystem,
    readBytes: (name: string) => Promise.resolve(Buffer.from(files[name] ?? '')),
  };
  const options = {
    ...{ files: Object.keys(files), dialects: ANY_DIALECT, hook: 'input' as const, list: null },
    ...{ selfAddresses: [], isForwarding: false, packets: [packet] },
    windows: { ...NOTHING_STATED, profile: 'private' as const, isComplete: true, ...windows },
  };
  const { packets } = await trace(options, { system, tool: { name: 'vwaudit', version: 'test' } });
  return packets[0]!;
}

const why = ({ notMatched }: Pick<TracedPacket, 'notMatched'>): readonly string[] =>
  (notMatched?.rules ?? []).map(({ rule: { title }, because }) => `${title}: ${because.join(' and ')}`);

const OPEN = rule('LPort=102');
const PACKET = 'tcp 10.30.0.5:40000 > 10.20.0.11:102';

test('a rule that decides: the stronger ones ask for another port, source, program or profile', async () => {
  const rules = {
    open: OPEN,
    port: rule('LPort2_10=10300-10399', 'Block'),
    source: rule('LPort=102|RA4=10.1.2.30', 'Block'),
    both: rule('LPort=103|RA4=10.1.2.30', 'Block'),
    program: rule('App=%SystemRoot%\\x.exe', 'Block'),
    profile: rule('LPort=102|Profile=Domain', 'Block'),
  };
  const packet = await traced({ 'l.reg': reg(LOCAL, { rules }) }, PACKET);
  expect(packet.result).toBe('allowed');
  expect([...why(packet)].sort()).toEqual([
    'x (both): to port 103 and from 10.1.2.30',
    'x (port): to port 10300-10399',
    'x (profile): profile domain',
    'x (program): another program',
    'x (source): from 10.1.2.30',
  ]);
  // Those that nearly match come first.
  expect(why(packet).at(-1)).toMatch(/both/);
});

test('the default action: every rule is stronger, one that a setting switches off too; a list is cut', async () => {
  const local = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`r${n}`, rule(`LPort=${200 + n}`)]));
  const policy = reg(POLICY, { settings: { private: { AllowLocalPolicyMerge: 0 } } });
  const packet = await traced(
    { 'l.reg': reg(LOCAL, { rules: { a: OPEN, ...local } }), 'p.reg': policy },
    PACKET,
  );
  expect(packet.result).toBe('blocked');
  expect(why(packet)[0]).toMatch(/^x \(a\): does not count by p\.reg:\d+ .*AllowLocalPolicyMerge/);
  expect(packet.notMatched?.more).toBe(3);
});

test('each case has its own', async () => {
  const rules = { open: OPEN, block: rule('App=C:\\viz\\viz.exe', 'Block') };
  const { cases } = await traced({ 'l.reg': reg(LOCAL, { rules }) }, PACKET);
  expect(cases.map((one) => [one.result, why(one)])).toEqual([
    ['blocked', []],
    ['allowed', ['x (block): program C:\\viz\\viz.exe']],
  ]);
});
