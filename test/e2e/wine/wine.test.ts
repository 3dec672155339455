// The program on win32, and our registry files, as Debian's Wine takes them: real code of its own, but no Windows.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeText } from '../../../src/decode-text.ts';
import { parseRegFile } from '../../../src/firewall/languages/windows/registry/reg-file.ts';
import { randomPolicy } from '../../firewall/windows/random-policy.ts';
import { Random } from '../../firewall/windows/random.ts';
import { LOCAL, POLICY, reg, rule } from '../../firewall/windows/texts.ts';
import { regText } from '../../firewall/windows/write-policy.ts';
import { titled } from '../../report/formats/consumer.ts';
import { runInProcess } from '../in-process.ts';
import { WineLab, wineConsumers, type CommandLine, type WindowsResult } from './wine-lab.ts';

const consumers = wineConsumers();
const isMissing = consumers.some(({ missing }) => missing !== null);

describe.skipIf(isMissing)(titled('under Wine', ...consumers), () => {
  let lab: WineLab;

  beforeAll(async () => {
    lab = new WineLab();
    await lab.start();
  });

  afterAll(async () => {
    await lab.stop();
  });

  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

  /** What a registry export says, in any order. */
  const valuesOf = (bytes: Buffer): readonly string[] =>
    [...parseRegFile(decodeText(bytes), 'x.reg')]
      .flatMap(([key, values]) => values.map(({ name, data }) => `${key} ${name} ${JSON.stringify(data)}`))
      .sort();

  async function throughRegistry(bytes: Buffer, keys: readonly string[]): Promise<readonly string[]> {
    const file = path.join(lab.folder, 'in.reg');
    writeFileSync(file, bytes);
    for (const key of keys) await lab.wine('reg', 'delete', key, '/f');
    expect((await lab.wine('reg', 'import', lab.toWindows(file))).code).toBe(0);
    const found: string[] = [];
    for (const [nth, key] of keys.entries()) {
      const out = path.join(lab.folder, `out-${nth}.reg`);
      const { code, stdout } = await lab.wine('reg', 'export', key, lab.toWindows(out), '/y');
      expect(code, stdout).toBe(0);
      found.push(...valuesOf(readFileSync(out)));
    }
    return found.sort();
  }

  describe('reg import and reg export', () => {
    test('agree with our reader about what a file says', async () => {
      const random = new Random(4711);
      const rules = Array.from({ length: 40 }, () => randomPolicy(random)).flatMap((one, nth) =>
        one.rules.map((each) => ({ ...each, id: `${nth} ${each.id} C:\\Prüfung "ä"\\x.exe` })),
      );
      const bytes = utf16(regText({ ...randomPolicy(random), rules }));
      expect(valuesOf(bytes).length).toBeGreaterThan(100);
      expect(await throughRegistry(bytes, [LOCAL, POLICY])).toEqual(valuesOf(bytes));
    });

    test('take the rules that we write for Group Policy, and give them back', async () => {
      const file = path.join(lab.folder, 'own.reg');
      const { code } = await runInProcess([
        ...['rules', '--format', 'windows-registry', '--instances', '4', '--allow', 'client=10.30.0.0/16'],
        ...['--out', file, '-q'],
      ]);
      expect(code).toBe(0);
      const bytes = readFileSync(file);
      expect(await throughRegistry(bytes, [POLICY])).toEqual(valuesOf(bytes));
    });
  });

  describe('the program', () => {
    /** The same words on Linux give what they gave on win32. */
    async function sameHere(
      commands: readonly CommandLine[],
      there: readonly WindowsResult[],
    ): Promise<void> {
      const here = await Promise.all(commands.map(({ argv, cwd }) => runInProcess(argv, { cwd })));
      const plain = ({ stdout, ...rest }: WindowsResult): WindowsResult => ({
        ...rest,
        stdout: stdout.replaceAll('\r\n', '\n'),
      });
      expect(there.map(plain)).toEqual(here.map(plain));
    }

    test('ports, rules, audit and trace: blanks and umlauts in paths, UTF-16 and CRLF; bad input', async () => {
      const folder = path.join(lab.folder, 'Prüf Ordner');
      mkdirSync(folder);
      const local = reg(LOCAL, { rules: { a: rule('LPort=102|RA4=10.30.0.0/255.255.0.0') } });
      writeFileSync(path.join(folder, 'lokale Regeln ä.reg'), utf16(local));
      writeFileSync(path.join(folder, 'policy.reg'), reg(POLICY, {}));
      const files = ['lokale Regeln ä.reg', 'policy.reg'];
      const allow = ['--allow', 'client=10.30.0.0/16'];
      const site = ['-i', '1', '--no-allocator', '--host', '10.20.0.11', ...allow];
      const words = [
        ['ports', '--instances', '4', '--json'],
        ...['windows', 'netsh', 'windows-registry', 'nft'].map((format) => [
          ...['rules', '--format', format, '--instances', '2', ...allow, '-q'],
        ]),
        ['audit', ...files, ...site, '--json'],
        ['trace', ...files, '--packet', 'tcp 10.30.0.5 > 10.20.0.11:102'],
        ['audit', 'nowhere.reg', '-i', '1', '--no-allocator'],
        ['ports', '--instances', 'x'],
      ];
      const commands = words.map((argv) => ({ argv, cwd: folder }));
      await sameHere(commands, await lab.vwauditInOneStart(commands));
    });

    test('a start for one command line: exit codes, a path as Windows writes it', async () => {
      const file = path.join(lab.folder, 'policy ü.reg');
      writeFileSync(file, reg(POLICY, {}));
      const site = ['-i', '1', '--no-allocator', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16'];
      const windows = await lab.vwaudit(['audit', lab.toWindows(file), ...site]);
      expect(windows).toMatchObject({ code: 3, stderr: '' });
      const mistyped = { argv: ['chek'], cwd: lab.folder };
      await sameHere([mistyped], [await lab.vwaudit(mistyped.argv)]);
    });

    test('check --demo', async () => {
      const { code, stdout } = await lab.vwaudit(['check', '--demo', '--instances', '1', '--json']);
      const report = JSON.parse(stdout) as { readonly summary: Readonly<Record<string, number>> };
      expect({ code, ...report.summary }).toMatchObject({ code: 0, fail: 0 });
      expect(report.summary.pass).toBeGreaterThan(3);
    });

    test('a check of ports that nobody holds, then of a listen in another process', async () => {
      const argv = ['check', '--instances', '1', '--no-allocator', '--host', '127.0.0.1', '--no-extra'];
      const alone = await lab.vwaudit(argv);
      expect(alone.code).toBe(1);
      const stand = lab.startVwaudit(['listen', '--instances', '1', '--no-allocator', '--out', 'log.jsonl']);
      try {
        await expect.poll(() => stand.output()).toMatch(/stands in|listening|102/);
        await expect
          .poll(async () => (await lab.vwaudit([...argv, '--json'])).stdout, {
            timeout: 240_000,
            interval: 1000,
          })
          .toMatch(/"pass": ?[3-9]/);
      } finally {
        await stand.end();
      }
    });
  });
});
