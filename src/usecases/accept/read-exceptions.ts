import { InputError } from '../../input-error.ts';
import { printable } from '../../printable.ts';
import { parsePrefix } from '../../net/prefix.ts';
import { located } from '../../site/tree/place.ts';
import type { Tree } from '../../site/tree/tree.ts';
import { fieldsOf, textOf } from '../../site/tree/tree-values.ts';
import { parseYamlTree } from '../../site/tree/yaml-tree.ts';
import type { System } from '../../system/system.ts';
import type { Exception } from '../../verdict/accept/exception.ts';
import { readInput } from '../read-input.ts';
import { exceptionCode } from './exception-codes.ts';
import { dayProblem, reasonProblem } from './exception-fields.ts';

const FIELDS = ['code', 'flow', 'rule', 'process', 'sources', 'reason', 'until'] as const;

const KIND = {
  noun: 'exceptions file',
  path: 'exceptions',
  code: 'empty-exceptions',
  fix: 'give it a list of entries with code, flow, reason and until, as vwaudit accept writes it',
} as const;

/**
 * The entries of the `--accept` file (docs/schema/exceptions.schema.json).
 * @throws InputError with file, line and column
 */
export async function readExceptions(
  file: string,
  system: Pick<System, 'readBytes'>,
): Promise<readonly Exception[]> {
  return exceptionsOf(await readInput(file, system), file);
}

/** @param file how messages name it */
export function exceptionsOf(text: string, file: string): readonly Exception[] {
  const tree = parseYamlTree(text, file, KIND);
  if (tree.kind !== 'list')
    throw problem(tree, 'bad-exceptions', 'exceptions: not a list', 'begin each entry with "- code:"');
  return tree.items.map(toException);
}

function toException(tree: Tree): Exception {
  const { code, flow, rule, process, sources, reason, until } = fieldsOf(tree, FIELDS);
  if (code === undefined) throw missing(tree, 'code', 'the code of a finding, for example exposed');
  if (flow === undefined)
    throw missing(
      tree,
      'flow',
      'the id of a flow, in which * stands for any text, or - for a finding about no flow',
    );
  if (reason === undefined) throw missing(tree, 'reason', 'why this is accepted');
  if (until === undefined) throw missing(tree, 'until', 'the last day it counts, YYYY-MM-DD');
  return {
    code: readCode(code),
    patterns: oneOrMore(flow, NO_ID).map((one) => nameOf(one.tree, NO_ID)),
    rules:
      rule === undefined
        ? null
        : oneOrMore(rule, 'write the text of the rule').map(({ text }) => printable(text)),
    process: process === undefined ? null : nameOf(process, 'write the name of a program'),
    sources:
      sources === undefined
        ? null
        : oneOrMore(sources, 'write an address or a prefix').map(({ text, tree: { place, path } }) =>
            located(place, () => parsePrefix(text, path)),
          ),
    reason: readReason(reason),
    until: readDay(until),
    place: `${tree.place.file}:${tree.place.line}`,
  };
}

const NO_ID = 'write the id of a flow';

function readCode(tree: Tree): string {
  const code = textOf(tree, 'write the code of a finding (docs/codes.md)');
  const { isKnown, near } = exceptionCode(code);
  if (isKnown) return code;
  const fix = `${near === undefined ? 'write' : `write "${near}", or`} a code that a finding can have (docs/codes.md)`;
  throw problem(tree, 'unknown-code', `${tree.path}: "${code}" is not the code of a finding`, fix);
}

function readReason(tree: Tree): string {
  const reason = textOf(tree, 'write why this is accepted');
  const wrong = reasonProblem(reason);
  if (wrong !== null) throw problem(tree, wrong.code, `${tree.path}: ${wrong.message}`, wrong.fix);
  return reason.trim();
}

/** A text, or a list of them that is not empty, each with its place. */
function oneOrMore(tree: Tree, fix: string): readonly Text[] {
  const items = tree.kind === 'list' ? tree.items : [tree];
  if (items.length === 0)
    throw problem(tree, 'empty-list', `${tree.path}: an empty list`, `${fix}, or leave out the key`);
  return items.map((item) => ({ text: textOf(item, fix), tree: item }));
}

interface Text {
  readonly text: string;
  readonly tree: Tree;
}

/** A text that is not empty. */
function nameOf(tree: Tree, fix: string): string {
  const text = textOf(tree, fix);
  if (text !== '') return text;
  throw problem(tree, 'bad-value', `${tree.path}: an empty text`, fix);
}

/** A day that there is. */
function readDay(tree: Tree): string {
  const day = textOf(tree, 'write a day, for example 2027-03-31');
  const wrong = dayProblem(day);
  if (wrong !== null) throw problem(tree, wrong.code, `${tree.path}: ${wrong.message}`, wrong.fix);
  return day;
}

function missing(tree: Tree, key: string, what: string): InputError {
  return problem(tree, 'missing-key', `${tree.path}: "${key}" is missing`, `add ${key}: ${what}`);
}

function problem({ place }: Tree, code: string, message: string, fix: string): InputError {
  return new InputError({ code, message, fix, ...place });
}
