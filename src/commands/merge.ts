import { string } from '@oclif/core/args';
import { string as logFlag } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { checkFlags } from '../cli/check-flags.ts';
import { setExitCode } from '../cli/exit-code.ts';
import { outcomeOf } from '../cli/outcome.ts';

export default class Merge extends BaseCommand {
  static override summary = 'Several checks, one for each vantage point, as one matrix.';

  static override description =
    'Reads what check --json wrote on each machine that looked (a client, the configuration tool, somebody who must stay outside) and ' +
    'puts their views side by side: a column for each vantage point, findings once with who saw them. --listen-log adds what the stand-ins on the servers heard meanwhile. The exit code is that of a check.';

  static override examples = [
    {
      description: 'What a client reaches, and what somebody else must not:',
      command:
        '<%= config.bin %> check -i 4 --host 10.20.0.11 --as client --json > client.json; ' +
        '<%= config.bin %> check -i 4 --host 10.20.0.11 --as outsider --json > outsider.json; ' +
        '<%= config.bin %> merge client.json outsider.json',
    },
    {
      description: 'From a pipe, UDP silence accepted:',
      command:
        '<%= config.bin %> check --instances 4 --demo --json | <%= config.bin %> merge --accept-unproven -',
    },
  ];

  static override args = {
    report: string({
      description: 'A report of check --json; - is standard input.',
      multiple: true,
      ignoreStdin: true,
    }),
  };

  static override flags = {
    'listen-log': logFlag({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      description:
        'What vwaudit listen wrote on a host while the checks ran: proves UDP that stayed silent; again for each host.',
    }),
    'fail-on': checkFlags['fail-on'],
    'accept-unproven': checkFlags['accept-unproven'],
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Merge);
    await this.noticeStandardInput(args.report ?? [], flags);
    const [{ merge }, context] = await Promise.all([import('../usecases/merge.ts'), this.context()]);
    const { report, notices } = await merge(
      args.report ?? [],
      { listenLogs: flags['listen-log'] ?? [] },
      context,
    );
    await this.print(report, flags.json ? 'json' : 'table', flags);
    await this.notice(notices, flags);
    setExitCode(outcomeOf(report, flags));
  }
}
