import path from 'node:path';
import { expect, test } from 'vitest';
import { codesText } from './codes.ts';

test('docs/codes.md is what the program defines (`npm run schema` writes it)', async () => {
  await expect(codesText()).toMatchFileSnapshot(path.join(import.meta.dirname, '../../docs/codes.md'));
});
