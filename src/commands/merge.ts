import { string } from '@oclif/core/args';
import { string as logFlag } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { acceptFlag } from '../cli/flags/review-flags.ts';
import { checkFlags } from '../cli/flags/check-flags.ts';
import { setExitCode } from '../cli/exit/exit-code.ts';
import { outcomeOf } from '../cli/exit/outcome.ts';
import { reportFlags } from '../cli/reports/report-flags.ts';
import { planReports } from '../cli/reports/report-plan.ts';
import { readAcceptance } from '../cli/reports/review.ts';

export default class Merge extends BaseCommand {
  static override summary = 'Merge checks from several vantage points into one matrix.';

  static override description =
    'Reads the reports of check --json from each vantage point (a client, the configuration tool, an outsider) and ' +
    'shows one column for each vantage point, and each finding once, with where it was seen. --listen-log adds what vwaudit listen received on the servers. The exit codes are those of check.';

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
      description: 'Report of check --json; - is standard input.',
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
        'Log of vwaudit listen (repeatable); proves that UDP probes arrived even if replies were lost.',
    }),
    'fail-on': checkFlags['fail-on'],
    'accept-unproven': checkFlags['accept-unproven'],
    ...acceptFlag,
    ...reportFlags(['merge']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Merge);
    const plan = planReports(flags);
    await this.noticeStandardInput(args.report ?? [], flags);
    const [{ merge }, context] = await Promise.all([import('../usecases/merge.ts'), this.context()]);
    const accepting = await readAcceptance(flags.accept, context.system);
    const { report: merged, notices } = await merge(
      args.report ?? [],
      { listenLogs: flags['listen-log'] ?? [] },
      context,
    );
    const report = accepting(merged);
    const outcome = outcomeOf(report, flags);
    const exitCode = await this.publish(report, plan, flags, { ranAt: null, outcome });
    await this.notice(notices, flags);
    setExitCode(exitCode);
  }
}
