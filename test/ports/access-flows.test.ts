import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../src/net/prefix.ts';
import { accessFlows } from '../../src/ports/access-flows.ts';
import type { Host, Site } from '../../src/deployment/site.ts';
import { host, single, siteOf } from './site.ts';

const shown = (of: Host, site: Site): readonly string[] =>
  accessFlows(of, site).map(
    ({ id, expected, permitted }) => `${id} ${expected} ${permitted.map(formatPrefix).join(',')}`,
  );

describe('who must get in, and that nobody else may', () => {
  test('where anybody may connect nobody is kept out; a role nobody has needs nothing', () => {
    const { site, host: only } = single(1);
    expect(shown(only, site)).toEqual([
      'client>localhost/server-1.client reachable 0.0.0.0/0,::/0',
      'outsider>localhost/server-1.config blocked ',
      'client>localhost/allocator.client reachable 0.0.0.0/0,::/0',
      'outsider>localhost/server-1.http blocked ',
      'outsider>localhost/allocator.udp blocked ',
      'outsider>localhost/server-1.udp blocked ',
    ]);
  });

  test('everybody but those of all roles is kept out', () => {
    const peers = { allocator: ['10.20.0.9'], web: ['10.40.0.0/24'], client: ['10.30.0.0/16'] };
    const { site, host: only } = single(1, { peers });
    const flows = shown(only, site);
    expect(flows).toContain('outsider>localhost/server-1.http blocked 10.20.0.9,10.40.0.0/24');
    expect(flows).toContain('outsider>localhost/server-1.client blocked 10.30.0.0/16');
  });

  test('under auto the ports of both readings', () => {
    const hosts = [host('a', 2, true, ['10.20.0.11']), host('b', 2, false, ['10.20.0.12'])];
    const ids = (reading: 'auto' | 'example') => shown(hosts[1]!, siteOf(hosts, { reading })).join('\n');
    expect(ids('auto')).toContain('>b/allocator.udp');
    expect(ids('example')).not.toContain('>b/allocator.udp');
  });
});
