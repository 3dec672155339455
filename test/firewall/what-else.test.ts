import { describe, expect, test } from 'vitest';
import { detectDialect } from '../../src/firewall/languages/dialect.ts';
import { cpuTimeMs } from '../cpu-time.ts';

const problemOf = (text: string): string => {
  try {
    return detectDialect(text, 'x');
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a file that is no ruleset', () => {
  test.each([
    [
      'Chain INPUT (policy DROP)\ntarget  prot opt source  destination\n',
      /output of iptables -L.*iptables-save/,
    ],
    ['-P INPUT DROP\n-P FORWARD ACCEPT\n-A INPUT -i lo -j ACCEPT\n', /output of iptables -S.*iptables-save/],
    ['Status: active\n\nTo   Action  From\n', /output of ufw status/],
    ['<?xml version="1.0"?>\n<zone>\n  <service name="ssh"/>\n</zone>\n', /configuration file of firewalld/],
    ["config defaults\n\toption input 'REJECT'\n", /OpenWrt's firewall configuration/],
    ['#!/bin/sh\niptables -P INPUT DROP\n', /a script that sets rules.*run it/],
    ['#!/bin/bash\nIPT=/sbin/iptables\n  "$IPT" -A INPUT -i lo -j ACCEPT\n', /a script that sets rules/],
    ['sudo /usr/sbin/nft add rule inet filter input tcp dport 22 accept\n', /a script that sets rules/],
    [
      '\r\nRule Name:                            Viz World\r\nEnabled:  Yes\r\n',
      /lines of dashes.*name=all verbose/,
    ],
    ['hello\n', /not a ruleset of a known dialect.*--dialect/],
    ['\n', /the ruleset is empty/],
  ])('%j', (text, said) => {
    expect(problemOf(text)).toMatch(said);
  });

  test('a million lines without a word are looked at once', () => {
    const startMs = cpuTimeMs();
    expect(problemOf(`${'\n'.repeat(1_000_000)}x`)).toMatch(/not a ruleset/);
    expect(cpuTimeMs() - startMs).toBeLessThan(2000);
  });
});

test.each([
  '# all there is\ninclude "./filter.nft"\n',
  'flush ruleset\n\ninclude "/etc/nftables/*.nft"\n',
  '#!/usr/bin/nft -f\n',
  '#! /sbin/nft -f\n',
  'define lan = 10.0.0.0/8\nadd rule inet filter input ip saddr $lan accept\n',
])('%j is meant for nft', (text) => {
  expect(detectDialect(text, 'x')).toBe('nft');
});
