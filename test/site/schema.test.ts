import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { BAD_SITES } from './bad-sites.ts';
import { GOOD_SITES } from './good-sites.ts';

const file = path.join(import.meta.dirname, '../../docs/schema/site.schema.json');
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync(file, 'utf8')) as object,
);

/** What an editor with the schema says of a site file. */
function verdict(yaml: string): 'refuses' | 'accepts' | 'unreadable' {
  const document = parseDocument(yaml, { logLevel: 'silent', stringKeys: true });
  if (document.errors.length > 0) return 'unreadable';
  try {
    return validate(document.toJS()) ? 'accepts' : 'refuses';
  } catch {
    return 'unreadable'; // an alias without its anchor
  }
}

describe('the schema that editors use agrees with the loader', () => {
  test.each(GOOD_SITES)('accepts %s', (_, yaml) => {
    expect(verdict(yaml)).toBe('accepts');
    expect(validate.errors).toBeNull();
  });

  test.each(BAD_SITES.map(([yaml, , , schema]) => ({ yaml, schema, shown: JSON.stringify(yaml) })))(
    '$schema $shown',
    ({ yaml, schema }) => {
      expect(verdict(yaml)).toBe(schema);
    },
  );
});
