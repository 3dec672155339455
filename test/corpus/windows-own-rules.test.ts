// Our own rules on computers with the default rules of real exports: exactly who must get in gets in.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/decode-text.ts';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../src/firewall/languages/windows/lower/circumstances.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import { firewall, type Firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { parseAddress } from '../../src/net/address.ts';
import { prefixOf } from '../../src/net/prefix.ts';
import { openTo, SOURCES, VIZ } from '../rules/access.ts';
import { makeRules } from '../rules/render-rules.ts';
import { everyCombination, makeSite, peersOf, thisMachine } from '../rules/sites.ts';
import { READ_BACK } from '../rules/windows-read-back.ts';

const folder = path.join(process.env.VWAUDIT_CORPUS ?? '/nowhere', 'windows', 'real');
const MACHINES = ['windows-7.reg', 'windows-10-1903.reg'].filter((name) =>
  existsSync(path.join(folder, name)),
);
const FORMATS = Object.keys(READ_BACK) as (keyof typeof READ_BACK)[];
const COMBINATIONS = everyCombination().filter((_, index) => index % 97 === 0);

function openPorts(machine: Firewall, source: string, profile: number): unknown {
  const from = [prefixOf(parseAddress(source, 'x'))];
  const open = (transport: 'tcp' | 'udp'): ReadonlySet<number> =>
    new Set(
      VIZ[transport].filter((port) => {
        const { result } = evaluate(
          machine,
          flowQuestion({ sources: from, destination: null, transport, port, profile }),
        );
        expect(result, `${transport} ${port}`).not.toBe('undecided');
        return result === 'allowed';
      }),
    );
  return { tcp: open('tcp'), udp: open('udp') };
}

describe.skipIf(MACHINES.length === 0).each(MACHINES)('%s', (name) => {
  const real = { text: decodeText(readFileSync(path.join(folder, name))), file: name, dialect: null };

  test.each(FORMATS)('%s', (format) => {
    for (const combination of COMBINATIONS) {
      const { text } = makeRules(makeSite([thisMachine(4)], peersOf(combination)), format)[0]!;
      const own = { text: READ_BACK[format](text), file: 'own', dialect: null };
      const known = { ...NOTHING_KNOWN, program: 'C:\\viz\\viz.exe', isComplete: true };
      const machine = firewall(parseRulesets([real, own], known));
      for (const { address, ...source } of SOURCES) {
        const { tcp, udp } = openTo({ address, ...source }, combination);
        const wanted = { tcp: new Set(tcp), udp: new Set(udp) };
        for (const profile of [0, 1]) expect(openPorts(machine, address, profile)).toEqual(wanted);
        expect(openPorts(machine, address, 2), 'public').toEqual({ tcp: new Set(), udp: new Set() });
      }
    }
  });
});
