import { BaseCommand } from '../cli/base-command.ts';
import { EXIT, setExitCode } from '../cli/exit/exit-code.ts';
import { interruptible } from '../cli/exit/interruption.ts';
import { listenFlags } from '../cli/flags/listen-flags.ts';
import { endNotice, startNotice } from '../cli/output/listen-notice.ts';
import { listenOutput } from '../cli/output/listen-output.ts';
import { siteFlags } from '../cli/flags/site-flags.ts';
import { siteOf } from '../cli/flags/site-of.ts';
import { until } from '../cli/exit/until.ts';

export default class Listen extends BaseCommand {
  static override summary = 'Listen in place of Viz World, so that a check proves the path to this machine.';

  static override description =
    'Opens the ports of this host that are free, answers probes of vwaudit check only, and logs each contact as one line of JSON to --out or stdout. ' +
    'On a terminal it shows who reached which ports. Run it before Viz World is installed, or beside it; Ctrl-C ends it.';

  static override examples = [
    {
      description: 'On the server, on commissioning day, for ten minutes:',
      command: '<%= config.bin %> listen --instances 4 --for 10m --out listen.jsonl',
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
    const { startListening } = await import('../usecases/listen/listen.ts');
    const context = await this.context();
    const output = listenOutput(flags);
    try {
      await interruptible(async (interrupted) => {
        const { log, broken } = output;
        const listening = await startListening(site, { bind: flags.bind ?? [], log }, context);
        await this.notice(startNotice(listening.head), flags);
        await until([interrupted, ...broken], flags.for);
        await this.notice([endNotice(await listening.stop())], flags);
      });
    } finally {
      await output.end();
    }
    // A signal is how a stand-in is meant to end.
    setExitCode(EXIT.ok);
  }
}
