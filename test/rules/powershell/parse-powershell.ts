import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

/** A value as it stands in the script; `null` for anything that is not one literal string. */
export type Literal = string | null;

export interface Command {
  readonly name: string;
  readonly parameters: Readonly<Record<string, readonly Literal[]>>;
  /** Values without a parameter name. */
  readonly positional: number;
  readonly line: number;
}

export interface Script {
  /** What the grammar does not accept, with its line. */
  readonly errors: readonly string[];
  readonly commands: readonly Command[];
  readonly comments: readonly string[];
}

/** Reads scripts with the grammar editors use for PowerShell; syntax only, it knows no cmdlets. */
export async function powershellParser(): Promise<(text: string) => Script> {
  await Parser.init();
  const file = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  const parser = new Parser().setLanguage(await Language.load(file));
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error('no tree');
    const script = readTree(tree.rootNode);
    tree.delete();
    return script;
  };
}

/** Asks for kinds of nodes, since a walk over all of them takes ten times as long. */
function readTree(root: Node): Script {
  const found = root.descendantsOfType(['assignment_expression', 'command', 'comment']);
  const literals = new Map<string, string>();
  for (const node of found) if (node.type === 'assignment_expression') remember(node.text, literals);
  return {
    errors: root.hasError ? problems(root) : [],
    commands: found.filter(({ type }) => type === 'command').map((node) => readCommand(node, literals)),
    comments: found.filter(({ type }) => type === 'comment').map(({ text }) => text),
  };
}

function problems(node: Node): readonly string[] {
  const own =
    node.isError || node.isMissing ? [`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`] : [];
  return [...own, ...node.children.flatMap(problems)];
}

/** Variables that hold one literal for the whole script. */
function remember(assignment: string, literals: Map<string, string>): void {
  const [name, value] = assignment.split(/\s*=\s*/, 2) as [string, string?];
  const text = value === undefined ? null : literal(value);
  if (text !== null) literals.set(name, text);
}

function readCommand(node: Node, literals: ReadonlyMap<string, string>): Command {
  const parameters: Record<string, readonly Literal[]> = {};
  let current: string | null = null;
  let positional = 0;
  const [name, elements] = node.namedChildren;
  for (const element of elements?.namedChildren ?? []) {
    if (element.type === 'command_argument_sep') continue;
    if (element.type === 'command_parameter') {
      current = element.text.replace(/^-/, '');
      parameters[current] = [];
    } else if (current === null) {
      positional += 1;
    } else {
      const items = element.type === 'array_literal_expression' ? element.namedChildren : [element];
      const texts = items.map((item) => item.text);
      parameters[current] = texts.map((text) => literals.get(text) ?? literal(text));
      current = null;
    }
  }
  return { name: name?.text ?? '', parameters, positional, line: node.startPosition.row + 1 };
}

function literal(text: string): Literal {
  return /^'(?:[^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : null;
}
