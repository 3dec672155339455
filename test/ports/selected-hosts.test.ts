import { expect, test } from 'vitest';
import { formatPrefix } from '../../src/net/prefix.ts';
import { endpointsOf } from '../../src/ports/endpoints.ts';
import { flowsFrom } from '../../src/ports/flows.ts';
import { sourcesOf } from '../../src/ports/peers.ts';
import { selectedHosts } from '../../src/deployment/selected-hosts.ts';
import { gatewayPolicy } from '../../src/rules/policy/policy.ts';
import { host, siteOf } from './site.ts';

const a = host('maps-a', 4, true, ['10.20.0.11', 'fd00:20::11']);
const b = host('maps-b', 2, false, ['10.20.0.12']);
const whole = siteOf([a, b]);
const narrowed = { ...whole, selected: ['maps-b'] };

test('all hosts, or those selected, in the order of the site', () => {
  expect(selectedHosts(whole)).toEqual([a, b]);
  expect(selectedHosts(narrowed)).toEqual([b]);
  expect(selectedHosts({ ...whole, selected: ['maps-b', 'maps-a'] })).toEqual([a, b]);
});

test('a narrowed site asks the selected hosts exactly what the whole site asks them', () => {
  const standpoint = { vantage: 'all', sourceTo: () => null, isOwn: () => false } as const;
  const ofB = flowsFrom(standpoint, whole).flows.filter(({ host: { key } }) => key === 'maps-b');
  expect(flowsFrom(standpoint, narrowed).flows).toEqual(ofB);
  expect(ofB[0]?.id).toBe('all>maps-b/server-1.client@10.20.0.12');
});

test('the other hosts still are the allocator and the sources', () => {
  expect(endpointsOf(b, narrowed).map(({ id }) => id)).toContain('server-2.udp');
  expect(sourcesOf('allocator', b, narrowed).map(formatPrefix)).toEqual(['10.20.0.11', 'fd00:20::11']);
});

test('a gateway policy is about the selected hosts', () => {
  const { accepts, refusals } = gatewayPolicy(narrowed);
  const destinations = [...accepts, ...refusals].flatMap((entry) => entry.destinations ?? []);
  expect([...new Set(destinations.map(formatPrefix))]).toEqual(['10.20.0.12']);
});
