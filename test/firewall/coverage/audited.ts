import path from 'node:path';
import { readFileSync } from 'node:fs';
import { siteFromYaml } from '../../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import { ANY_DIALECT } from '../../../src/usecases/audit/dialects.ts';
import { audit } from '../../../src/usecases/audit/audit.ts';
import type { AuditOptions } from '../../../src/usecases/audit/audit-options.ts';
import type { AuditedFlow, AuditReport, ProofSummary } from '../../../src/verdict/reports/audit-report.ts';

const folder = import.meta.dirname;
const siteFile = path.join(folder, 'vwaudit.yaml');
const site = siteFromYaml(readFileSync(siteFile, 'utf8'), siteFile);

export type Asked = Partial<Pick<AuditOptions, 'hook' | 'interfaces' | 'isForwarding'>>;

/**
 * What `vwaudit audit` says of these captures for the deployment of vwaudit.yaml.
 * @param inForm what became of the files since they were captured
 */
export async function audited(
  captures: readonly string[],
  asked: Asked = {},
  inForm: (text: string) => string = (text) => text,
): Promise<AuditReport> {
  const system = {
    ...nodeSystem,
    readBytes: async (file: string | null, most: number) =>
      Buffer.from(inForm(Buffer.from(await nodeSystem.readBytes(file, most)).toString())),
  };
  const files = captures.map((name) => path.join(folder, 'fixtures', name));
  const options = {
    files,
    dialects: ANY_DIALECT,
    hook: 'input',
    interfaces: [],
    rulesOf: null,
    selfAddresses: [],
    isForwarding: false,
    ...asked,
  } as const;
  return audit(site, options, { system, tool: { name: 'vwaudit', version: 'test' } });
}

/** The answer on one line: `allowed`, `partly -10.66.0.0/16` (the shorter side), `undecided ?10.30.0.0/16: why`. */
export function shown({ proof }: AuditedFlow): string {
  switch (proof.result) {
    case 'allowed':
    case 'blocked':
      return proof.result;
    case 'partly':
      return ['partly', shorter(proof), signed('?', proof.undecidedFrom)].join('');
    case 'depends':
    case 'undecided': {
      const { why } = proof.trace.find(({ effect }) => effect === 'undecided') ?? proof;
      return `undecided${signed('?', proof.undecidedFrom)}: ${why}`;
    }
  }
}

function shorter({ allowedFrom, blockedFrom }: ProofSummary): string {
  return allowedFrom.length < blockedFrom.length ? signed('+', allowedFrom) : signed('-', blockedFrom);
}

function signed(sign: string, prefixes: readonly string[]): string {
  return prefixes.length > 12
    ? ` ${sign}${prefixes.length} prefixes`
    : prefixes.map((prefix) => ` ${sign}${prefix}`).join('');
}
