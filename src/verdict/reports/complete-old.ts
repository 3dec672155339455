import { isObject } from '../../json-shape.ts';

/** What a key is given where an older version did not write it. */
type Missing = Readonly<Record<string, unknown>>;

const OF_ENTRY: Missing = {
  kind: 'rule',
  family: 'inet',
  hook: 'input',
  type: 'filter',
  base: '',
  handle: null,
  actions: [],
  reasons: [],
  why: '',
  direction: 'request',
};
const OF_PROOF: Missing = {
  inPartFrom: [],
  witnessPort: null,
  reason: null,
  why: null,
  isCut: false,
  cases: [],
  casesAreOfAll: false,
  conditions: [],
  rules: [],
  decidedBy: [],
};
const OF_SOURCES: Missing = { allowedFrom: [], blockedFrom: [], undecidedFrom: [] };
const OF_PACKET: Missing = {
  ...OF_SOURCES,
  reason: null,
  why: null,
  decidedBy: [],
  paths: [],
  cases: [],
  to: [],
};

/** A report with the keys that versions before this one left out: empty, unknown, or what was true of all of them. */
export function completeOld(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  switch (document.kind) {
    case 'audit':
      return {
        interfaces: [],
        ...document,
        flows: each(document.flows, (flow) => ({
          ...flow,
          proof: isObject(flow.proof) ? withTrace({ ...OF_PROOF, ...flow.proof }) : flow.proof,
        })),
      };
    case 'trace':
      return {
        unstated: [],
        ...document,
        packets: each(document.packets, (packet) => withPaths({ ...OF_PACKET, ...packet })),
      };
    default:
      return document;
  }
}

type Data = Readonly<Record<string, unknown>>;

function withPaths(packet: Data): Data {
  return {
    ...withTrace(packet),
    cases: each(packet.cases, withTrace),
    paths: each(packet.paths, (path) => withTrace({ addresses: null, ...path })),
    to: each(packet.to, (part) => withPaths({ decidedBy: [], paths: [], cases: [], ...part })),
  };
}

function withTrace(holder: Data): Data {
  if (holder.trace === undefined) return holder;
  return { ...holder, trace: each(holder.trace, (entry) => ({ ...OF_ENTRY, base: entry.chain, ...entry })) };
}

function each(list: unknown, change: (item: Data) => Data): unknown {
  return Array.isArray(list) ? list.map((item: unknown) => (isObject(item) ? change(item) : item)) : list;
}
