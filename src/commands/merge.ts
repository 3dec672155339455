import { string } from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { checkFlags } from '../cli/check-flags.ts';
import { setExitCode } from '../cli/exit-code.ts';
import { outcomeOf } from '../cli/outcome.ts';

export default class Merge extends BaseCommand {
  static override summary = 'Several checks, one for each vantage point, as one matrix.';

  static override description =
    'Reads what check --json wrote on each machine that looked (a client, the configuration tool, somebody who must stay outside) and ' +
    'puts their views side by side: a column for each vantage point, findings once with who saw them. The exit code is that of a check.';

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
        '<%= config.bin %> check --instances 4 --rehearse --json | <%= config.bin %> merge --accept-unproven -',
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
    'fail-on': checkFlags['fail-on'],
    'accept-unproven': checkFlags['accept-unproven'],
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Merge);
    const [{ merge }, { mergeMatrix }, context, style] = await Promise.all([
      import('../usecases/merge.ts'),
      import('../report/merge-matrix.ts'),
      this.context(),
      this.style(flags),
    ]);
    const report = await merge(args.report ?? [], context);
    await this.print(report, flags.json, () => mergeMatrix(report, style));
    setExitCode(outcomeOf(report, flags));
  }
}
