import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInProcess } from '../../e2e/in-process.ts';
import { validReport } from '../../e2e/schema.ts';
import type { AuditReport } from '../../../src/verdict/reports/audit-report.ts';
import { createLab, type Lab, type LabHost } from './lab.ts';
import { collectOn } from './program-on.ts';

/** A command of the server, or after the word CLIENT of the client, and the one of the server that undoes it; LINK is the server's interface. */
export type Change = readonly [command: string, back: string];

/** A server (10.61.0.1/16, fd61::1/64) whose rules let its client (10.61.0.5, fd61::5) in on 102/tcp. */
export interface ServedClient {
  readonly lab: Lab;
  readonly server: LabHost;
  readonly client: LabHost;
  /** Of temporary files. */
  readonly folder: string;
  /** Commands of the server, the last first. */
  readonly undo: string[];
  readonly undoAll: () => void;
  readonly close: () => void;
  readonly change: (changes: readonly Change[]) => void;
  /** Whether an answer of the server, even that nobody listens, gets to the client, or to another who asks. */
  readonly isAnswered: (to?: string, from?: string, by?: LabHost) => boolean;
  /** What audit says of a client's connection to the host; addresses may be of more networks. */
  readonly verdict: (asked?: { readonly host: string; readonly from: string }) => Promise<{
    readonly verdict: string;
    readonly why: string;
    readonly advice: readonly string[];
  }>;
}

const RULES = `table inet t {
  chain i {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    meta l4proto ipv6-icmp accept
    ip saddr 10.61.0.0/16 tcp dport 102 accept
    ip6 saddr fd61::/16 tcp dport 102 accept
  }
  chain f { type filter hook forward priority 0; policy accept; }
}
`;

export function createServedClient(): ServedClient {
  const lab = createLab();
  const [server, client] = [lab.host('server'), lab.host('client')];
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-served-client-'));
  lab.cable(client, ['10.61.0.5/16', 'fd61::5/64'], server, ['10.61.0.1/16', 'fd61::1/64']);
  server.must(['nft', '-f', '-'], { input: RULES });
  const undo: string[] = [];
  return {
    ...{ lab, server, client, folder, undo },
    undoAll() {
      for (const command of undo.splice(0).reverse()) server.run(command.split(' '));
    },
    close() {
      lab.close();
      rmSync(folder, { recursive: true });
    },
    change(changes) {
      const [link = ''] = /\bv\w+/.exec(server.must(['ip', '-br', 'link'])) ?? [];
      for (const [command, back] of changes) {
        const words = command.replaceAll('LINK', link).split(' ');
        if (words[0] === 'CLIENT') client.must(words.slice(1));
        else server.must(words);
        undo.push(back.replaceAll('LINK', link));
      }
    },
    isAnswered(to = '10.61.0.1', from, by = client) {
      const ends = JSON.stringify({ host: to, localAddress: from });
      const connect = `const socket = require('net').connect({ ...${ends}, port: 102 });
socket.setTimeout(2000, () => { console.log('silent'); socket.destroy(); });
socket.on('connect', () => { console.log('open'); socket.destroy(); });
socket.on('error', ({ code }) => console.log(code));`;
      return ['open', 'ECONNREFUSED'].includes(by.must(['node', '-e', connect]).trim());
    },
    async verdict({ host, from } = { host: '10.61.0.1', from: '10.61.0.5' }) {
      const file = path.join(folder, 'machine.json');
      writeFileSync(file, await collectOn(server));
      const { stdout } = await runInProcess([
        ...['audit', file, '--instances', '1', '--host', host, '--json', '--quiet'],
        ...['--allow', `client=${from}`],
      ]);
      const { flows, findings } = validReport(stdout) as AuditReport;
      const flow = flows.find(
        ({ from: source, port, transport }) =>
          source.role === 'client' && port === 102 && transport === 'tcp',
      );
      const advice = findings.flatMap((one) => one.advice);
      return { verdict: flow?.verdict ?? '', why: flow?.proof.why ?? '', advice };
    },
  };
}
