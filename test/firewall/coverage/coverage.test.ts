import { describe, expect, test } from 'vitest';
import { audited, shown, type Asked } from './audited.ts';

// What real machines show: every flow of a deployment of four instances, asked of the rules that real ufw, firewalld,
// Docker, fail2ban and our own formats left in the kernel (capture.mjs). Nothing stays undecided but what is said here.

/** Whose answer it is, `*` for any text, and the answer; the first that fits counts. */
type Answers = readonly (readonly [flow: string, answer: string])[];

/** Who must get in does, nobody else does. */
const AS_IT_SHOULD_BE: Answers = [
  ['outsider>*', 'blocked'],
  ['*', 'allowed'],
];
const OPEN: Answers = [['*', 'allowed']];

interface Machine {
  /** Several listings of the same rules have to say the same. */
  readonly listings: readonly (readonly string[])[];
  readonly asked?: Asked;
  readonly answers: Answers;
}

const save = (name: string): readonly string[] => [`${name}.iptables-save`, `${name}.ip6tables-save`];
const saveAndSets = (name: string): readonly string[] => [...save(name), `${name}.ipset`];
const banned = (...hosts: readonly number[]): string =>
  ['10.30.66.', 'fd00:30::66:'].flatMap((network) => hosts.map((host) => ` -${network}${host}`)).join('');

/** Docker turns forwarding on. Neither its bridge nor another network of this machine has outsiders. */
const BY_ETH0: Asked = {
  isForwarding: true,
  interfaces: [
    { who: null, name: 'eth0' },
    { who: 'outsider', name: 'eth0' },
  ],
};

/** What nft shows of the tables of iptables is a translation, at times none. */
const ASK_IPTABLES = 'nft does not show this iptables extension: give the output of iptables-save instead';

const MACHINES: Readonly<Record<string, Machine>> = {
  ufw: {
    listings: [save('ufw'), save('ufw.legacy'), ['ufw.nft']],
    answers: AS_IT_SHOULD_BE,
  },
  "ufw, listed as nft's JSON": {
    listings: [['ufw.json']],
    answers: [
      // The JSON names the matches of iptables and leaves out what they match.
      ['client>*', `undecided ?10.30.0.0/16 ?fd00:30::/48: ${ASK_IPTABLES}`],
      ['config-tool>*', `undecided ?10.20.9.5 ?fd00:20::9:5: ${ASK_IPTABLES}`],
      ['allocator>*', `undecided ?10.20.0.12 ?fd00:20::12: ${ASK_IPTABLES}`],
      ['outsider>*.client', `undecided ?64 prefixes: ${ASK_IPTABLES}`],
      ['outsider>*', `undecided ?160 prefixes: ${ASK_IPTABLES}`],
    ],
  },
  'ufw with a limit': {
    listings: [save('ufw-limit'), save('ufw-limit.legacy')],
    answers: [
      // `ufw limit` refuses who came six times in thirty seconds: that is the list of `recent`, no property of the packet.
      ['client>*/server-1.client', 'allowed'],
      ...AS_IT_SHOULD_BE,
    ],
  },
  'ufw on a router': {
    listings: [save('ufw-gateway')],
    asked: { hook: 'forward', interfaces: [{ who: 'client', name: 'eth0' }] },
    answers: [['config-tool>*', 'partly -fd00:20::9:5'], ['allocator>*', 'blocked'], ...AS_IT_SHOULD_BE],
  },
  'ufw on a router, no interface named': {
    listings: [save('ufw-gateway')],
    asked: { hook: 'forward' },
    answers: [
      // The rule for IPv4 clients is for those who come in by eth0, and a packet's addresses don't say how it comes.
      ['client>*', 'undecided ?10.30.0.0/16: depends on the input interface'],
      ['config-tool>*', 'partly -fd00:20::9:5'],
      ['allocator>*', 'blocked'],
      ...AS_IT_SHOULD_BE,
    ],
  },
  'ufw on a router that routes everything': {
    listings: [save('ufw-router')],
    asked: { hook: 'forward' },
    answers: [
      ['outsider>*', 'partly -10.66.0.0/16'],
      ['*', 'allowed'],
    ],
  },
  firewalld: {
    listings: [
      ['firewalld.nft'],
      ['firewalld.json'],
      saveAndSets('firewalld-iptables'),
      saveAndSets('firewalld-iptables.legacy'),
    ],
    answers: AS_IT_SHOULD_BE,
  },
  'firewalld with ports opened for everybody': {
    listings: [['firewalld-open.nft']],
    answers: OPEN,
  },
  Docker: {
    listings: [save('docker'), [...save('docker'), 'docker.nft']],
    asked: BY_ETH0,
    answers: [['outsider>*/server-1.client', 'blocked'], ...OPEN],
  },
  'Docker with the legacy iptables': {
    listings: [save('docker.legacy')],
    asked: BY_ETH0,
    answers: [
      // ip6tables-legacy 1.8.9 takes one rule for another when Docker asks it whether a rule is there, so Docker leaves most
      // of its IPv6 rules out: those ports go to its proxy on the host, past DOCKER-USER.
      ['outsider>*/server-1.client', 'partly -16 prefixes'],
      ...OPEN,
    ],
  },
  'Docker, listed by nft': {
    listings: [['docker.nft']],
    asked: BY_ETH0,
    answers: [
      // nft 1.0.6 prints nothing for DNAT of IPv6: whether the port is forwarded can't be seen.
      ['client>*', `undecided ?fd00:30::/48: ${ASK_IPTABLES}`],
      ['config-tool>*', `undecided ?fd00:20::9:5: ${ASK_IPTABLES}`],
      ['allocator>*', `undecided ?fd00:20::12: ${ASK_IPTABLES}`],
      ['outsider>*/server-1.client', `undecided ?48 prefixes: ${ASK_IPTABLES}`],
      ['outsider>*.client', 'undecided ?48 prefixes: null'],
      ['outsider>*', 'undecided ?128 prefixes: null'],
    ],
  },
  'Docker beside a ufw that lets nobody in': {
    listings: [save('docker-ufw')],
    asked: BY_ETH0,
    answers: OPEN,
  },
  fail2ban: {
    listings: [[...saveAndSets('fail2ban'), 'fail2ban.nft']],
    answers: [
      ['client>*', `partly${banned(1, 3, 7, 9, 11)}`],
      ['outsider>*.config', `partly${banned(1, 3, 7, 11)}`],
      ['outsider>*.http', `partly${banned(3, 5, 7, 11)}`],
      ...OPEN,
    ],
  },
  'fail2ban, listed by nft': {
    listings: [['fail2ban.nft']],
    answers: [
      // Two of its six ways to ban keep the addresses in a set of ipset, which nft does not show.
      // Those that are surely banned are reported first.
      ['client>*', 'undecided ?103 prefixes: null'],
      ['config-tool>*', `undecided ?10.20.9.5 ?fd00:20::9:5: ${ASK_IPTABLES}`],
      ['allocator>*.http', `undecided ?10.20.0.12 ?fd00:20::12: ${ASK_IPTABLES}`],
      ['outsider>*.client', `undecided ?64 prefixes: ${ASK_IPTABLES}`],
      ['outsider>*.config', `undecided ?282 prefixes: ${ASK_IPTABLES}`],
      ['outsider>*.http', `undecided ?282 prefixes: ${ASK_IPTABLES}`],
      ...OPEN,
    ],
  },
  'our own rules': {
    listings: [['own-nft.nft'], ['own-nft.json'], save('own-iptables'), save('own-iptables.legacy')],
    answers: AS_IT_SHOULD_BE,
  },
  'our own rules for iptables, listed by nft': {
    listings: [['own-iptables.nft']],
    answers: [
      // nft prints nothing for the comments in our rules, and in IPv6 nothing may as well hide a test.
      ['outsider>*', 'blocked'],
      ['client>*', `undecided ?fd00:30::/48: ${ASK_IPTABLES}`],
      ['config-tool>*', `undecided ?fd00:20::9:5: ${ASK_IPTABLES}`],
      ['allocator>*', `undecided ?fd00:20::12: ${ASK_IPTABLES}`],
    ],
  },
  'our own rules on a router': {
    listings: [['own-nft-gateway.nft'], ['own-nft-gateway.json'], save('own-iptables-gateway')],
    asked: { hook: 'forward' },
    answers: AS_IT_SHOULD_BE,
  },
};

describe.each(Object.entries(MACHINES))('%s', (_, { listings, asked, answers }) => {
  test.each(listings.map((listing) => [listing.join(' '), listing] as const))('%s', async (__, listing) => {
    const { flows } = await audited(listing, asked);
    expect(flows.length).toBe(30);
    const answered = flows.map((flow) => `${flow.id}: ${shown(flow)}`);
    expect(answered).toEqual(flows.map(({ id }) => `${id}: ${answerTo(id, answers)}`));
  });
});

function answerTo(id: string, answers: Answers): string | undefined {
  return answers.find(([pattern]) => {
    const [head = '', tail] = pattern.split('*', 2);
    return tail === undefined ? id === head : id.startsWith(head) && id.endsWith(tail);
  })?.[1];
}
