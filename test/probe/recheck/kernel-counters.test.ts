import { expect, test } from 'vitest';
import { countersSince, parseKernelCounters } from '../../../src/probe/recheck/kernel-counters.ts';

// Linux 6.18, shortened to what surrounds the columns in question.
const SNMP = `Ip: Forwarding DefaultTTL InReceives
Ip: 2 64 7411
Icmp: InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds OutMsgs OutErrors OutDestUnreachs
Icmp: 4 0 0 3 0 5 0 2
IcmpMsg: InType3 OutType3
IcmpMsg: 3 2
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs
Tcp: 1 200 120000 -1 87 2 0 0 0 7379 4563
`;
const SNMP6 = `Ip6InReceives                   	12
Icmp6InDestUnreachs             	5
Icmp6OutDestUnreachs            	6
`;

test('the columns are found by name', () => {
  expect(parseKernelCounters(SNMP, SNMP6)).toEqual({
    tcpIn: 7379,
    icmpIn: { 4: 3, 6: 5 },
    icmpOut: { 4: 2, 6: 6 },
  });
});

test('without IPv6 none of its messages can arrive', () => {
  expect(parseKernelCounters(SNMP, '')).toMatchObject({ icmpIn: { 4: 3, 6: 0 } });
});

test.each([
  '',
  'Tcp: InSegs\nTcp: 5\n',
  'Icmp: InDestUnreachs\nIcmp: 1\n',
  SNMP.replace('InSegs', 'InSegments'),
])('without one of the columns there is nothing to count: %j', (snmp) => {
  expect(parseKernelCounters(snmp, SNMP6)).toBeNull();
});

test('differences', () => {
  const before = { tcpIn: 1, icmpIn: { 4: 2, 6: 3 }, icmpOut: { 4: 4, 6: 5 } };
  const after = { tcpIn: 11, icmpIn: { 4: 22, 6: 33 }, icmpOut: { 4: 44, 6: 55 } };
  expect(countersSince(before, after)).toEqual({
    tcpIn: 10,
    icmpIn: { 4: 20, 6: 30 },
    icmpOut: { 4: 40, 6: 50 },
  });
});
