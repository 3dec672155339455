import { string } from '@oclif/core/args';
import { InputError, type InputProblem } from '../input-error.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { acceptFlag } from '../cli/flags/review-flags.ts';
import { checkFlags } from '../cli/flags/check-flags.ts';
import { setExitCode } from '../cli/exit/exit-code.ts';
import { savedOutcome } from '../cli/exit/outcome.ts';
import { REPORT_KINDS, reportFlags } from '../cli/reports/report-flags.ts';
import { planReports } from '../cli/reports/report-plan.ts';
import { readAcceptance } from '../cli/reports/review.ts';

export default class Report extends BaseCommand {
  static override summary = 'Write a saved report in other formats.';

  static override description =
    'Reads what check, audit, merge, ports, rules or trace wrote with --json, in this version or an older one, and writes it in the formats of --report. ' +
    'The exit code is that of the saved report: 0, 1 or 3.';

  static override examples = [
    {
      description: 'A check that was saved, for a wiki and for a CI system:',
      command:
        '<%= config.bin %> check -i 2 --demo --json > saved.json; ' +
        '<%= config.bin %> report saved.json --report markdown --report junit=vwaudit.xml',
    },
  ];

  static override args = {
    file: string({
      description: 'What --json wrote; - is standard input.',
      required: true,
      ignoreStdin: true,
    }),
  };

  static override flags = {
    ...reportFlags(REPORT_KINDS),
    'fail-on': checkFlags['fail-on'],
    'accept-unproven': checkFlags['accept-unproven'],
    ...acceptFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    const plan = planReports(flags);
    await this.noticeStandardInput([args.file], flags);
    const [{ savedReport }, { system }] = await Promise.all([
      import('../usecases/report.ts'),
      this.context(),
    ]);
    const accepting = await readAcceptance(flags.accept, system);
    const saved = await savedReport(args.file, system);
    const hasFlows = saved.kind === 'check' || saved.kind === 'audit' || saved.kind === 'merge';
    if (flags.accept !== undefined && !hasFlows) throw new InputError(nothingToAccept(saved.kind));
    const report = hasFlows ? accepting(saved) : saved;
    const outcome = savedOutcome(report, flags);
    setExitCode(await this.publish(report, plan, flags, { ranAt: null, outcome }));
  }
}

function nothingToAccept(kind: string): InputProblem {
  return {
    code: 'nothing-to-accept',
    message: `--accept: a report of kind "${kind}" has nothing to accept`,
    value: kind,
    fix: 'leave it out, or give a report of check, audit or merge',
  };
}
