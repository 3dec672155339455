import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/net/address.ts';
import { Host } from '../../../src/probe/schedule/host.ts';
import { RefusalCount } from '../../../src/probe/recheck/refusal-count.ts';
import type { Task } from '../../../src/probe/schedule/task.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import type { System } from '../../../src/system/system.ts';

const address = parseAddress('10.0.0.2', 'test');
const host = new Host(address, false, 1200, nodeSystem);

function failed(transport: 'tcp' | 'udp', errno: string): Task {
  const target = { address, transport, application: null, port: 102 };
  return { target, host, result: { kind: 'errno', errno, isLocal: false, rttMs: 1 } } as unknown as Task;
}

/** Counters that read 0 before the run, and this after it. */
function counting(tcpIn: number, icmpIn: number): System {
  const texts = [0, 1].map(
    (after) =>
      `Tcp: InSegs\nTcp: ${tcpIn * after}\nIcmp: InDestUnreachs OutDestUnreachs\nIcmp: ${icmpIn * after} 0\n`,
  );
  const readText = (path: string): Promise<string> =>
    Promise.resolve(path.endsWith('snmp') ? (texts.shift() ?? '') : '');
  return { ...nodeSystem, platform: 'linux', readText };
}

test.each([
  ['a TCP refusal may be either', failed('tcp', 'ECONNREFUSED'), 2],
  ['a connection that was reset came by no ICMP message', failed('tcp', 'ECONNRESET'), 2],
  ['nor did one that the system gave up', failed('tcp', 'ETIMEDOUT'), 2],
  ['a TCP port that is unreachable did', failed('tcp', 'EHOSTUNREACH'), 1],
  ['so did a UDP port that is closed', failed('udp', 'ECONNREFUSED'), 1],
])('%s', async (_, other, maxIcmp) => {
  const count = await RefusalCount.start(counting(3, 2));
  count.note(other);
  count.note(failed('tcp', 'ECONNREFUSED'));
  expect((await count.bounds())?.maxIcmp[4]).toBe(maxIcmp);
});
