import { PRIORITY, type BaseChain, type Hook } from '../../../model/ruleset.ts';

type BuiltIn = Readonly<Record<string, Pick<BaseChain, 'hook' | 'type' | 'priority'>>>;

const chains = (type: BaseChain['type'], priority: number, ...hooks: readonly Hook[]): BuiltIn =>
  Object.fromEntries(hooks.map((hook) => [hook.toUpperCase(), { hook, type, priority }]));

/** The tables of iptables with their built-in chains: where netfilter hooks them and in which order. */
export const TABLES: Readonly<Record<string, BuiltIn>> = {
  raw: chains('filter', PRIORITY.raw, 'prerouting', 'output'),
  mangle: chains('filter', PRIORITY.mangle, 'prerouting', 'input', 'forward', 'output', 'postrouting'),
  nat: {
    ...chains('nat', PRIORITY.dstnat, 'prerouting', 'output'),
    ...chains('nat', PRIORITY.srcnat, 'input', 'postrouting'),
  },
  filter: chains('filter', PRIORITY.filter, 'input', 'forward', 'output'),
  security: chains('filter', PRIORITY.security, 'input', 'forward', 'output'),
};
