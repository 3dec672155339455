import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { IS_THOROUGH, shareOf } from '../thorough.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { PROBES } from './coverage-probes.ts';
import { load, answersOf, type Capture } from './compare-with-kernel.ts';

// What real firewalls made is loaded again and listed in every way their tools know, then sent on as people do: each listing
// answers as the rules do, or leaves the answer open.

const FIXTURES = path.join(import.meta.dirname, '../firewall/coverage/fixtures');

const MACHINES: Readonly<Record<string, readonly string[]>> = {
  ufw: both('ufw'),
  'ufw as a router': both('ufw-router'),
  firewalld: ['firewalld.nft'],
  'firewalld with iptables': ['firewalld-iptables.ipset', ...both('firewalld-iptables')],
  Docker: both('docker'),
  'Docker, legacy': both('docker.legacy'),
  'Docker and ufw': both('docker-ufw'),
};

function both(name: string): readonly string[] {
  return [`${name}.iptables-save`, `${name}.ip6tables-save`];
}

const NFT = [[], ['-s'], ['-a', '-n', '-y'], ['-s', '-S', '-p']];

describe.each(shareOf(Object.entries(MACHINES), 2))('%s', (name, files) => {
  test('every listing says the same, or leaves it open', () => {
    const lab = createLab();
    try {
      const machine = lab.host('machine');
      const captures = files.map((file) => ({ file, text: readFileSync(path.join(FIXTURES, file), 'utf8') }));
      for (const capture of captures) load(machine, capture);
      const hook = name.includes('router') ? 'forward' : 'input';
      const truth = answersOf(captures, PROBES, hook);
      expect(truth).toContain('allowed');
      expect(truth).toContain('blocked');
      const sets = captures.filter(({ file }) => file.endsWith('.ipset'));
      const wrong = listings(machine, files).flatMap(({ how, files: listed }, form) => {
        const share = PROBES.flatMap((probe, nth) =>
          nth % SHARES === form % SHARES ? [{ probe, right: truth[nth] }] : [],
        );
        const probes = share.map(({ probe }) => probe);
        return answersOf([...sets, ...listed], probes, hook).flatMap((answer, nth) =>
          answer === 'undecided' || answer === share[nth]?.right
            ? []
            : [`${how}: ${JSON.stringify(probes[nth])} is ${share[nth]?.right}, listed ${answer}`],
        );
      });
      expect(wrong).toEqual([]);
    } finally {
      lab.close();
    }
  });
});

/** Each listing is asked a part of the probes, the next listing another one. */
const SHARES = IS_THOROUGH ? 3 : 9;

interface Listing {
  readonly how: string;
  readonly files: readonly Capture[];
}

function listings(machine: LabHost, files: readonly string[]): readonly Listing[] {
  const isNft = files.every((file) => file.endsWith('.nft'));
  const isLegacy = files.some((file) => file.includes('.legacy.'));
  return [
    ...(isNft ? [] : saves(machine, isLegacy ? 'legacy' : 'nft')),
    ...(isLegacy ? [] : nftLists(machine)),
  ];
}

function saves(machine: LabHost, variant: 'legacy' | 'nft'): readonly Listing[] {
  return [[], ['-c']].flatMap((options) => {
    const texts = ['iptables', 'ip6tables'].map((tool) => ({
      file: `x.${tool}-save`,
      text: machine.must([`${tool}-${variant}-save`, ...options]),
    }));
    return inForms(`iptables-save ${options.join(' ')}`, texts);
  });
}

function nftLists(machine: LabHost): readonly Listing[] {
  const list = (options: readonly string[], file: string): readonly Capture[] => [
    { file, text: machine.must(['nft', ...options, 'list', 'ruleset']) },
  ];
  return [
    { how: 'nft -j', files: list(['-j'], 'x.json') },
    ...NFT.flatMap((options) => inForms(`nft ${options.join(' ')}`, list(options, 'x.nft'))),
  ];
}

/** As it was listed, and as it arrives elsewhere; every form by itself is tried in test/firewall/coverage. */
function inForms(how: string, files: readonly Capture[]): readonly Listing[] {
  const sentOn = files.map(({ file, text }) => ({
    file,
    text: text.replaceAll(/[ \t]+$/gm, '').replaceAll('\n', '\r\n'),
  }));
  return [
    { how, files },
    { how: `${how}, trimmed, CRLF`, files: sentOn },
  ];
}
