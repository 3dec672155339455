import { spawnSync } from 'node:child_process';
import type { DialectId } from '../../../src/firewall/dialect.ts';

/** What the real tool says about a ruleset: null when it would load it, else its first complaint. */
export type Judge = (text: string) => string | null;

const run = (command: readonly [string, ...string[]], input: string): string | null => {
  const [program, ...args] = command;
  const { status, stderr, error, signal } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (error !== undefined && status === null && signal === null) throw error;
  return status === 0 ? null : firstComplaint(stderr);
};

/** Either back end will do: what one of them loads is a ruleset. */
const restore = (family: '' | '6'): Judge => {
  return (text) =>
    run([`ip${family}tables-legacy-restore`, '--test'], text) === null
      ? null
      : run([`ip${family}tables-nft-restore`, '--test'], text);
};

// nft -j opens /dev/stdin by name, which works for pipes only.
const JUDGES: Readonly<Record<DialectId, Judge>> = {
  nft: (text) => run(['nft', '-c', '-f', '-'], text),
  'nft-json': (text) => run(['sh', '-c', 'cat | nft -j -c -f -'], text),
  iptables: restore(''),
  ip6tables: restore('6'),
  ipset: (text) => {
    const refused = run(['ipset', 'restore'], text);
    run(['ipset', 'destroy'], '');
    return refused;
  },
};

/** The judge of a dialect whose tool works here (in namespaces of its own: it loads for real); undefined where none does. */
export function judgeOf(dialect: DialectId, sample: string): Judge | undefined {
  try {
    return JUDGES[dialect](sample) === null ? JUDGES[dialect] : undefined;
  } catch {
    return undefined;
  }
}

function firstComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /error|Error|rror|Bad|Unknown|unknown|must|nvalid|Can't|No /.test(line)) ??
    lines[0] ??
    'refused'
  );
}
