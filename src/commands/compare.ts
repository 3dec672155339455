import { string } from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { checkFlags } from '../cli/flags/check-flags.ts';
import { setExitCode } from '../cli/exit/exit-code.ts';
import { savedOutcome } from '../cli/exit/outcome.ts';
import { reportFlags } from '../cli/reports/report-flags.ts';
import { planReports } from '../cli/reports/report-plan.ts';

export default class Compare extends BaseCommand {
  static override summary = 'Compare two saved reports: what became worse, better, new or gone.';

  static override description =
    'Reads two reports that check, audit or merge wrote with --json, in this version or an older one, of one site. ' +
    'A regression is a flow whose verdict is worse (pass, unproven, fail), that fails or is undecided for more addresses, that is new and fails, that must be reachable and is gone, ' +
    'or a new finding that fails. A flow or finding is the same by code, flow and rule text, wherever its line moved. ' +
    'Exit codes: 0 no regression, whatever failed before; 1 a regression; 3 no regression, but a new flow is unproven, or there is no flow.';

  static override examples = [
    {
      description: 'Before and after a change of the rules (exit code 1: the second lets more in):',
      command:
        '<%= config.bin %> rules --format nft -i 2 -q > v1.nft; sed "/counter drop/d; /reject/d" v1.nft > v2.nft; ' +
        '<%= config.bin %> audit v1.nft -i 2 --json > before.json; <%= config.bin %> audit v2.nft -i 2 --json > after.json; ' +
        '<%= config.bin %> compare before.json after.json',
    },
  ];

  static override args = {
    before: string({
      description: 'The earlier report; - is standard input.',
      required: true,
      ignoreStdin: true,
    }),
    after: string({ description: 'The later report.', required: true, ignoreStdin: true }),
  };

  static override flags = { 'fail-on': checkFlags['fail-on'], ...reportFlags(['compare']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Compare);
    const plan = planReports(flags);
    const { before, after } = args;
    await this.noticeStandardInput([before, after], flags);
    const [{ compare }, context] = await Promise.all([import('../usecases/compare.ts'), this.context()]);
    const report = await compare(before, after, flags['fail-on'], context);
    const outcome = savedOutcome(report, { ...flags, 'accept-unproven': false });
    setExitCode(await this.publish(report, plan, flags, { ranAt: null, outcome }));
  }
}
