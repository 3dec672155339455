/** A table ready to be written: its base chains with their first line, the chains they call, sets and maps, each by name. */
interface TableText {
  readonly family: string;
  readonly name: string;
  readonly bases: Entries;
  readonly called: Entries;
  readonly sets: Entries;
}

type Entries = readonly (readonly [string, string])[];

/** As `nft list ruleset` writes it. */
export function asBlock({ family, name, bases, called, sets }: TableText): string {
  const chains = [...called, ...bases].map(([chain, body]) => `  chain ${chain} {\n${body}  }\n`);
  const named = sets.map(([set, body]) => `  ${setOrMap(body)} ${set} { ${body} }\n`);
  return `table ${family} ${name} {\n${[...named, ...chains].join('')}}\n`;
}

/** As people write scripts: one command after another. */
export function asCommands({ family, name, bases, called, sets }: TableText): string {
  const table = `${family} ${name}`;
  const add = (chain: string, rules: readonly string[]): readonly string[] =>
    rules.map((rule) => `add rule ${table} ${chain} ${rule}`);
  return [
    `add table ${table}`,
    ...called.map(([chain]) => `add chain ${table} ${chain}`),
    ...sets.map(([set, body]) => `add ${setOrMap(body)} ${table} ${set} { ${body} }`),
    ...bases.map(([chain, body]) => `add chain ${table} ${chain} { ${rulesOf(body)[0] ?? ''} }`),
    ...called.flatMap(([chain, body]) => add(chain, rulesOf(body))),
    ...bases.flatMap(([chain, body]) => add(chain, rulesOf(body).slice(1))),
    '',
  ].join('\n');
}

/** Every rule stands behind four blanks; chains in place go on with fewer. */
function rulesOf(body: string): readonly string[] {
  return body.split(/^ {4}/m).flatMap((rule) => (rule === '' ? [] : [rule.trimEnd()]));
}

function setOrMap(body: string): 'set' | 'map' {
  return /^type\S* [^;]* : /.test(body) ? 'map' : 'set';
}
