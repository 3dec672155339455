import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { schemaText, SHIPPED } from './shipped.ts';

const FOLDER = path.join(import.meta.dirname, '../../docs/schema');

test.each(Object.keys(SHIPPED))(
  'docs/schema/%s is what the program defines (`npm run schema` writes it)',
  async (name) => {
    const text = schemaText(name);
    new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(text) as object);
    await expect(text).toMatchFileSnapshot(path.join(FOLDER, name));
  },
);
