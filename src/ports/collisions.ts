import { InputError } from '../input-error.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * The scheme runs into itself as instances grow (client ports reach the HTTP range). Finds it in the endpoints, not in a
 * constant, so that offsets and readings are covered too.
 * @throws InputError naming both endpoints of the collision that the fewest instances cause.
 */
export function refuseCollisions(endpoints: readonly Endpoint[]): void {
  const worst = collisions(endpoints).sort((a, b) => needed(a) - needed(b))[0];
  if (worst === undefined) return;
  const [a, b] = worst;
  throw new InputError({
    code: 'port-collision',
    message: `${a.id} and ${b.id} would both be ${a.transport.toUpperCase()} ${a.port}`,
    fix: `give at most ${needed(worst) - 1} instances on one host`,
  });
}

type Pair = readonly [Endpoint, Endpoint];

function collisions(endpoints: readonly Endpoint[]): Pair[] {
  const byPort = new Map<string, Endpoint>();
  const pairs: Pair[] = [];
  for (const endpoint of endpoints) {
    const key = `${endpoint.transport}/${endpoint.port}`;
    const other = byPort.get(key);
    if (other === undefined) byPort.set(key, endpoint);
    else pairs.push([endpoint, other]);
  }
  return pairs;
}

/** Instances it takes for both endpoints to exist. */
function needed([a, b]: Pair): number {
  return Math.max(a.instance ?? 0, b.instance ?? 0);
}
