import type { LabHost } from '../lab/lab.ts';

/** Tests whose answer hangs on more than the packet: on those before it, on chance, the clock, sockets, other headers. */
const TESTS: readonly string[] = [
  '-m limit --limit 5/min --limit-burst 3',
  '-m hashlimit --hashlimit-above 10/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name h',
  '-m recent --update --seconds 60 --hitcount 3 --name x --rsource',
  '-m recent ! --rcheck --name y --rsource',
  '-m recent --remove --name x --rsource',
  '-m statistic --mode random --probability 0.5',
  '-m statistic --mode nth ! --every 3 --packet 0',
  '-m owner --uid-owner 0',
  '-m owner ! --socket-exists',
  '-m length --length 0:50',
  '-m ttl --ttl-gt 63',
  '-m hl --hl-gt 63',
  '-m dscp ! --dscp 0x00',
  '-m connlimit --connlimit-above 2 --connlimit-mask 16',
  '-m connbytes --connbytes 0:2 --connbytes-dir both --connbytes-mode packets',
  '-m quota --quota 500',
  '-m time --timestart 10:00 --timestop 16:00',
  '-m string --string "x" --algo bm',
  '-m u32 --u32 "0x0>>0x16&0x3c@0x0=0x1"',
  '-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"',
  '-m cpu --cpu 0',
  '-m mac --mac-source 02:00:00:00:00:01',
  '-m socket --nowildcard',
  '-m realm --realm 0x1',
  '-m policy --dir in --pol none',
  '-m helper --helper ftp',
  '-m devgroup --src-group 0x1',
  '-m conntrack --ctstatus NONE',
  '-m conntrack --ctexpire 1:10',
  '-m tos --tos 0x10/0xff',
  '-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 0xdeadbeef',
  '-p tcp -m tcp --tcp-option 8',
  '-m rateest --rateest none --rateest-gt --rateest-bps 1bit',
];

/** The kernel takes these only where what they ask about is known: in these chains, not in those of one's own. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  owner: ['OUTPUT', 'POSTROUTING'],
  policy: ['PREROUTING', 'INPUT', 'FORWARD'],
  devgroup: ['PREROUTING', 'INPUT', 'FORWARD'],
  mac: ['PREROUTING', 'INPUT', 'FORWARD'],
  socket: ['PREROUTING', 'INPUT'],
  realm: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
};

/** Whether the kernel takes the tests of this rule in its chain. */
export function isAtHome(rule: string): boolean {
  const [, chain = ''] = /^-A (\w+)/.exec(rule) ?? [];
  return Object.entries(ONLY_IN).every(
    ([module, chains]) => !rule.includes(`-m ${module} `) || chains.includes(chain),
  );
}

/** Those that this machine's program and kernel load. */
export function loadableTests(
  gateway: LabHost,
  restore: string,
  tests: readonly string[] = TESTS,
): readonly string[] {
  return tests.filter((test) => {
    const chain = test.includes('-m owner') || test.startsWith('-o') ? 'OUTPUT' : 'INPUT';
    const input = `*filter\n-A ${chain} ${test} -j ACCEPT\nCOMMIT\n`;
    return gateway.run([restore], { input }).status === 0;
  });
}
