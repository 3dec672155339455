import { BaseCommand } from '../cli/base-command.ts';
import { EXIT, setExitCode } from '../cli/exit-code.ts';
import { interruptible } from '../cli/interruption.ts';
import { lineOutput } from '../cli/line-output.ts';
import { listenFlags } from '../cli/listen-flags.ts';
import { endNotice, startNotice } from '../cli/listen-notice.ts';
import { siteFlags } from '../cli/site-flags.ts';
import { siteOf } from '../cli/site-of.ts';
import { until } from '../cli/until.ts';

export default class Listen extends BaseCommand {
  static override summary =
    'Stand in for Viz World on this machine, so that a check can prove the way to it.';

  static override description =
    'Opens the ports the scheme expects of this host (those that are free), answers probes of vwaudit check and nobody else, and writes one line of JSON for each contact. ' +
    'Run it before Viz World is installed, or beside it; Ctrl-C ends it.';

  static override examples = [
    {
      description: 'On the server, on commissioning day, for ten minutes:',
      command: '<%= config.bin %> listen --instances 4 --for 10m > listen.jsonl',
    },
    {
      description: 'Without privilege; check with the same offset:',
      command: '<%= config.bin %> listen --instances 4 --port-offset 20000 --for 10m',
    },
  ];

  static override flags = { ...siteFlags, ...listenFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(Listen);
    const site = await siteOf(flags, { names: false });
    const { startListening } = await import('../usecases/listen.ts');
    const context = await this.context();
    const output = lineOutput(process.stdout);
    await interruptible(async (interrupted) => {
      const listening = await startListening(
        site,
        {
          bind: flags.bind ?? [],
          log: (record) => output.write(JSON.stringify(record), MUST.has(record.kind)),
        },
        context,
      );
      await this.notice(startNotice(listening.head), flags);
      await until([interrupted, output.broken], flags.for);
      await this.notice([endNotice(await listening.stop())], flags);
    });
    await output.end();
    // A signal is how a stand-in is meant to end.
    setExitCode(EXIT.ok);
  }
}

/** Lines without which the others mean nothing. */
const MUST: ReadonlySet<string> = new Set(['listen', 'summary']);
