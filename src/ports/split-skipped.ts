import { CONFIG_ENDPOINT } from '../deployment/endpoint-id.ts';
import { InputError } from '../input-error.ts';
import type { Flow, FlowPlan } from './flows.ts';

/** The flows to ask, and those of the endpoints the user wants left alone. @throws InputError for an id no host has. */
export function splitSkipped(
  { flows, omitted }: FlowPlan,
  ids: readonly string[],
): { readonly asked: readonly Flow[]; readonly skipped: readonly Flow[] } {
  const known = new Set([...flows, ...omitted.map(({ flow }) => flow)].map(({ endpoint }) => endpoint.id));
  for (const id of ids) {
    if (known.has(id)) continue;
    throw new InputError({
      code: 'unknown-endpoint',
      message: `--skip: "${id}" is not an endpoint of this site`,
      value: id,
      fix: `give an id that vwaudit ports lists, for example ${[...known].sort()[0] ?? CONFIG_ENDPOINT}`,
    });
  }
  const isSkipped = ({ endpoint }: Flow): boolean => ids.includes(endpoint.id);
  return { asked: flows.filter((flow) => !isSkipped(flow)), skipped: flows.filter(isSkipped) };
}
