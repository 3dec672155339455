import { LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import { InputError } from '../../input-error.ts';
import type { YamlLocation } from './place.ts';
import { toTree, type PlaceAt } from './to-tree.ts';
import type { Tree } from './tree.ts';

/** What a file is, for messages. */
export interface YamlKind {
  readonly noun: string;
  /** How places of the whole are named; those within it follow. */
  readonly path: string;
  /** The code of an empty one, and what to write. */
  readonly code: string;
  readonly fix: string;
}

const SITE: YamlKind = {
  noun: 'site file',
  path: '',
  code: 'empty-site',
  fix: 'give it at least "hosts:" with one host',
};

/**
 * Reads one YAML 1.2 document of plain data. What makes YAML mean something else than it shows is refused: anchors and aliases
 * (and with them merge bombs), tags, directives, several documents, keys given twice.
 * @param file how messages name it
 * @throws InputError with file, line and column
 */
export function parseYamlTree(fileText: string, file: string, kind: YamlKind = SITE): Tree {
  const text = fileText.replace(/^\ufeff/, '');
  const lineCounter = new LineCounter();
  const placeAt: PlaceAt = (offset) => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col };
  };
  refuseBinary(text, file);
  const documents = [...parseAllDocuments(text, { ...PLAIN_YAML, lineCounter })];
  const [document, second] = documents;
  if (document === undefined) throw empty(kind, { file, line: 1, column: 1 });
  const problem = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])[0];
  if (problem !== undefined) throw syntaxError(problem, placeAt(problem.pos[0]));
  if (second !== undefined) {
    throw new InputError({
      code: 'several-documents',
      message: 'a second document begins here',
      fix: 'keep one document a file, without a second "---"',
      ...placeAt(second.range[0]),
    });
  }
  refuseDirectives(document, text, placeAt);
  const tree = toTree(document.contents, kind.path, placeAt(document.range[0]), placeAt);
  if (tree.kind === 'scalar' && tree.value === null) throw empty(kind, tree.place);
  return tree;
}

/** `uniqueKeys` off: the library compares every pair of keys, and we refuse them with both places. */
const PLAIN_YAML = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** A file in UTF-16 or Latin-1 reads as UTF-8 with holes; they would end up in names. */
function refuseBinary(text: string, file: string): void {
  // eslint-disable-next-line no-control-regex -- that is what no text holds
  const at = text.search(/[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/);
  if (at < 0) return;
  const before = text.slice(0, at).split(/\n/);
  throw new InputError({
    code: 'not-text',
    message: 'a character that is not valid in UTF-8 text',
    fix: 'save the file as UTF-8 without control characters',
    file,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  });
}

/** `%YAML 1.1` would turn `yes` into true and 010 into 8. */
function refuseDirectives({ directives }: Document, text: string, placeAt: PlaceAt): void {
  if (directives?.yaml.explicit !== true) return;
  throw new InputError({
    code: 'yaml-directive',
    message: 'the file is YAML 1.2 and takes no directives',
    fix: 'leave out the line that begins with "%"',
    ...placeAt(Math.max(0, text.search(/^%/m))),
  });
}

function syntaxError({ code, message }: YAMLError, place: YamlLocation): InputError {
  const [text, fix] = SYNTAX[code] ?? [lowerFirst(message), 'correct the YAML there'];
  return new InputError({ code: 'bad-yaml', message: text, fix, ...place });
}

/** Better words than the library's for what people run into. */
const SYNTAX: Partial<Record<YAMLError['code'], readonly [message: string, fix: string]>> = {
  TAB_AS_INDENT: ['YAML is not indented with tabs', 'indent with spaces'],
  NON_STRING_KEY: ['a key must be plain text', 'write the key as one word'],
  BLOCK_AS_IMPLICIT_KEY: ['a second ":" in one line', 'put text with colons, like IPv6 addresses, in quotes'],
  TAG_RESOLVE_FAILED: ['a tag; the file contains plain values only', 'write the value out'],
  RESOURCE_EXHAUSTION: ['nested too deep', 'write at most three levels'],
};

function lowerFirst(message: string): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function empty({ code, noun, fix }: YamlKind, place: YamlLocation): InputError {
  return new InputError({ code, message: `the ${noun} is empty`, fix, ...place });
}
