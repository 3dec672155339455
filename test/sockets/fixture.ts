import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the tool printed; the file's first lines, starting with `# `, say which tool and version that was. */
export function readFixture(name: string): string {
  const text = readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8');
  return text.replace(/^(?:# .*\n)+/, '');
}
