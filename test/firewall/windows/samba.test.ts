// Registry.pol against python3-samba, which has its own reader and writer of the format (MS-GPREG).
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decodeText } from '../../../src/decode-text.ts';
import { parseRegistryPol } from '../../../src/firewall/languages/windows/registry/registry-pol.ts';
import { consumer, temporaryFolder, titled } from '../../report/formats/consumer.ts';
import { randomPolicy } from './random-policy.ts';
import { Random } from './random.ts';
import { polBytes } from './write-forms.ts';

/** Debian's own, which sees its packages; another python may stand first in the path. */
const python = consumer('/usr/bin/python3', {
  install: 'apt-get install --no-install-recommends python3-samba',
  probe: ['-c', 'import samba.dcerpc.preg'],
});

const READ = `
import json, sys
from samba.dcerpc import preg
from samba.ndr import ndr_unpack
file = ndr_unpack(preg.file, open(sys.argv[1], 'rb').read())
print(json.dumps([[e.keyname, e.valuename, e.type, e.data if isinstance(e.data, (int, str)) else list(e.data)] for e in file.entries]))
`;

const WRITE = `
import json, sys
from samba.dcerpc import preg
from samba.ndr import ndr_pack
file = preg.file()
file.header.signature = 'PReg'
file.header.version = 1
entries = []
for key, name, kind, data in json.load(open(sys.argv[1])):
    e = preg.entry()
    e.keyname, e.valuename, e.type, e.data = key, name, kind, data
    entries.append(e)
file.num_entries = len(entries)
file.entries = entries
open(sys.argv[2], 'wb').write(ndr_pack(file))
`;

function run(script: string, ...files: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python.program, ['-c', script, ...files], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** What our reader finds, as samba tells it. */
const found = (bytes: Buffer): readonly unknown[] =>
  [...parseRegistryPol(decodeText(bytes), 'x.pol')].flatMap(([key, values]) =>
    values.map(({ name, data }) => [key, name, data]),
  );

const [SZ, DWORD] = [1, 4];

test.skipIf(python.missing !== null)(
  titled('Registry.pol: read as samba reads it, and what samba wrote', python),
  () => {
    const folder = temporaryFolder();
    const random = new Random(7);
    for (let nth = 0; nth < 20; nth++) {
      const bytes = polBytes(randomPolicy(random));
      const [pol, json, back] = ['a.pol', 'a.json', 'b.pol'].map((name) => path.join(folder, name));
      writeFileSync(pol!, bytes);
      const entries = JSON.parse(run(READ, pol!)) as [string, string, number, unknown][];
      expect(entries.map(([key, name, , data]) => [key.toLowerCase(), name, data])).toEqual(found(bytes));
      expect(entries.every(([, , type]) => type === SZ || type === DWORD)).toBe(true);
      writeFileSync(json!, JSON.stringify(entries));
      run(WRITE, json!, back!);
      expect(found(readFileSync(back!))).toEqual(found(bytes));
    }
  },
);
