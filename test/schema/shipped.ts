import { z } from 'zod';
import { RULE_FORMAT_IDS } from '../../src/rules/formats.ts';
import {
  contactRecord,
  countsRecord,
  listenHead,
  listenSummary,
} from '../../src/responder/log/listen-log.ts';
import { machineFile } from '../../src/facts/machine-file.ts';
import { exceptionsShape } from '../../src/verdict/accept/exceptions-shape.ts';
import { anyDocument } from '../../src/verdict/reports/any-report.ts';
import { headOf, ofSite } from '../../src/verdict/reports/report.ts';

const { kind, startedAt, held, notHeld } = listenHead.shape;

/** A line of what `vwaudit listen` writes: the head has what every result starts with. */
const listenLine = z.discriminatedUnion('kind', [
  z
    .object({ ...headOf('listen'), kind, startedAt, ...ofSite, held: held.min(1), notHeld })
    .meta({ id: 'head' }),
  contactRecord,
  countsRecord,
  listenSummary,
]);

/** The schemas that ship in docs/schema, made of the definitions the program reads with. */
export const SHIPPED: Readonly<Record<string, () => object>> = {
  'report.schema.json': () =>
    schemaOf(anyDocument, {
      title: 'vwaudit --json',
      description: 'What every vwaudit command prints with --json. `kind` says which.',
    }),
  'listen-log.schema.json': () =>
    schemaOf(listenLine, {
      title: 'A line of what vwaudit listen writes',
      description:
        'JSON Lines: the head first, then contacts and every five seconds counts; the summary last.',
    }),
  'exceptions.schema.json': () =>
    schemaOf(exceptionsShape, {
      title: 'vwaudit --accept',
      description: 'Exceptions that were reviewed, each with its reason and last day (YAML).',
    }),
  'machine.schema.json': () =>
    schemaOf(machineFile, {
      title: 'vwaudit collect',
      description: 'The facts of one machine, as its own tools print them: an entry for each command.',
    }),
};

/** The text of a file in docs/schema. */
export function schemaText(name: string): string {
  const schema = SHIPPED[name]?.() ?? {};
  const { $schema, ...rest } = schema as { $schema?: string };
  const $id = `https://vwaudit.example/schema/${name}`;
  return `${JSON.stringify({ $schema, $id, ...rest }, null, 2)}\n`;
}

function schemaOf(shape: z.ZodType, head: { readonly title: string; readonly description: string }): object {
  const { $schema, ...rest } = z.toJSONSchema(shape, {
    override({ zodSchema, jsonSchema }) {
      if (z.globalRegistry.get(zodSchema)?.id === 'ruleFormat') jsonSchema.enum = [...RULE_FORMAT_IDS];
      delete jsonSchema.id;
      // The bounds of whole numbers in JavaScript are none of the contract.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return { $schema, ...head, ...rest };
}
