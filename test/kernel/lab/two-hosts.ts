import { once } from 'node:events';
import { afterEach, beforeEach } from 'vitest';
import type { CheckReport } from '../../../src/verdict/reports/check-report.ts';
import { validReport } from '../../e2e/schema.ts';
import { ENTRY } from '../stand-in.ts';
import { createLab, type Lab, type LabHost } from './lab.ts';

/** A client that checks, the server on its cable, and an address on it that nobody has. */
export const [HERE, THERE, NOBODY] = ['10.20.0.5', '10.20.0.11', '10.20.0.77'];

export interface Checked {
  readonly code: number | null;
  readonly report: CheckReport;
  /** State, reason and verdict of each TCP port. */
  readonly seen: Readonly<Record<string, string>>;
  readonly codes: readonly string[];
}

/** The two hosts, made anew for each test of the file that creates this; what runs on them ends with it. */
export class TwoHosts {
  client!: LabHost;
  server!: LabHost;
  #lab!: Lab;
  readonly #children: { kill(signal: 'SIGKILL'): boolean }[] = [];

  constructor() {
    beforeEach(() => {
      this.#lab = createLab();
      [this.client, this.server] = [this.#lab.host('client'), this.#lab.host('server')];
      const [own, other] = [
        [`${HERE}/24`, 'fd00:20::5/64'],
        [`${THERE}/24`, 'fd00:20::11/64'],
      ];
      this.#lab.cable(this.client, own, this.server, other);
    });
    afterEach(() => {
      for (const child of this.#children.splice(0)) child.kill('SIGKILL');
      this.#lab.close();
    });
  }

  /** Runs a program of Node's on a host until the test ends; it prints a line when it is ready. */
  async run(host: LabHost, script: string): Promise<void> {
    const child = host.spawn(['node', '-e', script]);
    this.#children.push(child);
    await once(child.stdout, 'data');
  }

  /** Accepts on these ports and holds every connection, as a server does that waits for its client to speak. */
  listen(host: LabHost, ports: readonly number[], onConnection = ''): Promise<void> {
    return this.run(
      host,
      `let open = 0; const ports = ${JSON.stringify(ports)};
     for (const port of ports) require('net').createServer((s) => { s.on('error', () => {}); ${onConnection} }).listen(port, '::', () => { if (++open === ports.length) console.log('ready'); });`,
    );
  }

  /** `vwaudit check` on the client. */
  check(...argv: readonly string[]): Checked {
    const { status, stdout } = this.client.run(['node', ENTRY, 'check', ...argv, '--quiet', '--json']);
    const report = validReport(stdout) as CheckReport;
    const seen = Object.fromEntries(
      report.flows
        .filter(({ transport }) => transport === 'tcp')
        .map(({ port, state, reason, verdict }) => [port, `${state} ${reason} ${verdict}`]),
    );
    return { code: status, report, seen, codes: report.findings.map(({ code }) => code) };
  }
}
