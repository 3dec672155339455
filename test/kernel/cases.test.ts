import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersTo, attempts, judge, type Sent } from './cases/judge.ts';
import {
  DSCPS,
  LENGTHS,
  LINKS,
  PORTS,
  pick,
  randomFrom,
  randomRuleset,
  SERVER,
  SOURCE_PORTS,
  SOURCES,
  TRIGGER,
  TTLS,
  type Probe,
  type RandomRuleset,
} from './cases/random-ruleset.ts';
import { startAgent, type Agent } from './lab/agent.ts';
import { createLab, type Lab } from './lab/lab.ts';

// Where an answer depends on the interface, on what the sender chooses or on what came before, real packets of each case have to
// fare as that case says; who is exposed has to get in somehow, who is not may not whatever he sends.
// VWAUDIT_SEED=… VWAUDIT_CASES=… repeats and prolongs it.

const SEED = Number(process.env.VWAUDIT_SEED ?? 20_261_129);
const WANTED = Number(process.env.VWAUDIT_CASES ?? 300);

/** More than any limit of theirs lets through. */
const FILL = 8;

const AGENT = new URL('./cases/cases-agent.mjs', import.meta.url);

let lab: Lab;
let server: Agent;
let clients: Readonly<Record<Probe['link'], Agent>>;

beforeAll(async () => {
  lab = createLab();
  const host = lab.host('server');
  host.must(['sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0']);
  const [first, second, third] = LINKS.map((link, nth) => {
    const client = lab.host(`client${nth}`);
    lab.cable(
      client,
      SOURCES.map((source) => `${source}/24`),
      host,
      [`${SERVER}/32`],
    );
    host.must(['sysctl', '-qw', `net.ipv4.conf.${link}.rp_filter=0`]);
    const mac = /link\/ether (\S+)/.exec(host.must(['ip', 'link', 'show', link]))?.[1] ?? '';
    const own = link.replace('b', 'a');
    client.must(['ip', 'neigh', 'replace', SERVER, 'lladdr', mac, 'dev', own, 'nud', 'permanent']);
    client.must(['ip', 'route', 'replace', SERVER, 'dev', own]);
    const marks = DSCPS.filter((dscp) => dscp > 0).map((dscp) => `@th,96,8 ${dscp} ip dscp set ${dscp}`);
    client.must(['nft', '-f', '-'], {
      input: `table ip m {\n\tchain out {\n\t\ttype filter hook output priority 0\n${marks.map((rule) => `\t\tudp dport != 0 ${rule}\n`).join('')}\t}\n}\n`,
    });
    return startAgent(client, AGENT);
  });
  clients = { v1b: first!, v2b: second!, v3b: third! };
  server = startAgent(host, AGENT);
  await server.ask('serve', { address: SERVER, ports: PORTS });
});

afterAll(() => {
  for (const agent of [server, ...Object.values(clients)]) agent.close();
  lab.close();
});

test(`seed ${SEED}: packets of each case fare as it says`, { timeout: 3_600_000 }, async () => {
  let [cases, packets, undecided, refused, rulesets] = [0, 0, 0, 0, 0];
  for (let seed = SEED; cases < WANTED; seed++) {
    const ruleset = randomRuleset(seed);
    const random = randomFrom(seed ^ 0x5eed);
    const answers = answersTo(ruleset);
    const sent = await send(
      ruleset,
      random,
      answers.flatMap((answer) => attempts(answer, pick(random, LINKS))),
    );
    if (sent === null) {
      refused++;
      if (refused > 50 && refused > rulesets) throw new Error('the kernel refuses most of the rulesets');
      continue;
    }
    rulesets++;
    const judgement = judge(answers, ruleset, sent);
    expect(judgement.wrong.slice(0, 4), `seed ${seed}\n${ruleset.text}`).toEqual([]);
    cases += judgement.cases;
    packets += judgement.packets;
    undecided += judgement.undecided;
  }
  console.log(
    `seed ${SEED}: ${rulesets} rulesets, ${refused} refused, ${cases} cases judged by ${packets} packets, ${undecided} undecided`,
  );
  // Of every dimension here somebody decides.
  expect(undecided).toBeLessThan(cases / 20);
});

let loads = 0;

/** Loads the ruleset as often as its limits and lists need, and sends packets in each of their states; null where it is refused. */
async function send(
  ruleset: RandomRuleset,
  random: () => number,
  tried: readonly Probe[],
): Promise<readonly Sent[] | null> {
  const sent: Sent[] = [];
  const { hasLimit, hasList } = ruleset;
  for (let round = 0; round < (hasLimit ? 4 : 1); round++) {
    for (const isListed of hasList ? [false, true] : [false]) {
      if (!(await load(ruleset))) return null;
      if (isListed)
        await sendAll(
          SOURCES.map((source) => ({ ...randomProbe(random), source, port: TRIGGER })),
          1,
        );
      const fresh = (isAboveLimit: boolean, count: number): readonly Probe[] =>
        Array.from({ length: count }, () => ({ ...randomProbe(random), isListed, isAboveLimit }));
      // Only the first is surely below a limit; before each later one as many come as fill it.
      sent.push(...(await sendAll(fresh(false, hasLimit ? 1 : 40), 1)));
      if (hasLimit) sent.push(...(await sendAll(fresh(true, 20), FILL)));
      else
        sent.push(
          ...(await sendAll(
            tried.map((probe) => ({ ...probe, isListed })),
            1,
          )),
        );
    }
  }
  return sent;
}

async function load(ruleset: RandomRuleset): Promise<boolean> {
  const program = ruleset.dialect === 'nft' ? ['nft', '-f', '-'] : ['iptables-restore'];
  await server.ask('load', { program: ['nft', '-f', '-'], input: 'flush ruleset\n' });
  const nth = loads++;
  if (ruleset.sets !== null) {
    await server.ask('load', { program: ['ipset', 'destroy'], input: '' });
    await server.ask('load', { program: ['ipset', 'restore'], input: ruleset.sets(nth) });
  }
  const [status] = await server.ask<[number, string]>('load', { program, input: ruleset.loaded(nth) });
  return status === 0;
}

function randomProbe(random: () => number): Probe {
  return {
    link: pick(random, LINKS),
    source: pick(random, SOURCES),
    sourcePort: pick(random, SOURCE_PORTS),
    port: pick(random, PORTS),
    ttl: pick(random, TTLS),
    dscp: pick(random, DSCPS),
    length: pick(random, LENGTHS),
    isAboveLimit: false,
    isListed: false,
  };
}

/** In this order, since each of them counts. */
async function sendAll(probes: readonly Probe[], times: number): Promise<readonly Sent[]> {
  for (let at = 0; at < probes.length;) {
    const { link } = probes[at]!;
    const end = probes.findIndex((probe, index) => index > at && probe.link !== link);
    const batch = probes.slice(at, end < 0 ? undefined : end);
    const packets = batch.map((probe, nth) => ({ ...probe, number: at + nth + 1, times }));
    await clients[link].ask('send', { to: SERVER, packets });
    at += batch.length;
  }
  const arrived = new Set(await server.ask<readonly number[]>('collect', {}));
  return probes.map((probe, at) => ({ probe, hasArrived: arrived.has(at + 1) }));
}
