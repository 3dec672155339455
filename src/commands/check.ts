import { BaseCommand } from '../cli/base-command.ts';
import { checkFlags, familiesOf, refuseDemoAs } from '../cli/flags/check-flags.ts';
import { setExitCode } from '../cli/exit/exit-code.ts';
import { interruptible } from '../cli/exit/interruption.ts';
import { outcomeOf } from '../cli/exit/outcome.ts';
import { progressLine } from '../cli/output/progress.ts';
import { acceptFlag, baselineFlag } from '../cli/flags/review-flags.ts';
import { siteFlags } from '../cli/flags/site-flags.ts';
import { siteOf } from '../cli/flags/site-of.ts';
import { reportFlags } from '../cli/reports/report-flags.ts';
import { planReports } from '../cli/reports/report-plan.ts';
import { readReview } from '../cli/reports/review.ts';

export default class Check extends BaseCommand {
  static override summary = 'Probe the ports Viz World needs, from this machine.';

  static override description =
    'Probes every port of the scheme over TCP, HTTP and UDP, and reports what is proven, what failed and what cannot be proven from here. ' +
    'Without --host it checks this machine and also reads its socket table. ' +
    'The configuration port (103) locks a server while a client is connected: the probe closes its connection at once; --skip server-1.config leaves it out.';

  static override examples = [
    {
      description: 'Try it without Viz World (with a stand-in on this machine):',
      command: '<%= config.bin %> check --instances 4 --demo',
    },
    {
      description: 'Is everything up on this machine, and is it Viz World?',
      command: '<%= config.bin %> check --instances 4 --no-stand-in',
    },
    {
      description: 'Can this machine reach a server?',
      command: '<%= config.bin %> check --instances 4 --host maps-a',
    },
    {
      description: 'After a reboot: wait until every port of this machine answers:',
      command: '<%= config.bin %> check --instances 4 --wait 5m',
    },
    {
      description: 'In CI: JSON, silence on UDP accepted:',
      command: '<%= config.bin %> check --instances 4 --host 10.20.0.11 --accept-unproven --json',
    },
  ];

  static override flags = {
    ...siteFlags,
    ...checkFlags,
    ...acceptFlag,
    ...baselineFlag,
    ...reportFlags(['check']),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Check);
    refuseDemoAs(flags);
    const plan = planReports(flags);
    const site = await siteOf(flags, { names: true });
    const run = { kind: 'check', vantage: { as: flags.as } } as const;
    const review = await readReview(flags, site, run, (await this.context()).system);
    const progress = progressLine(flags.quiet);
    const { value, isInterrupted } = await interruptible(async (signal) => {
      const { timeout: timeoutMs, retries, concurrency, 'udp-payload': udpPayload, skip = [] } = flags;
      const shown = { onProgress: progress.update, onSlow: progress.slow };
      const probing = { timeoutMs, retries, concurrency, udpPayload, signal, ...shown };
      const extra = { withScouts: flags.extra && !flags.demo, withControls: flags.extra };
      const expecting = { vantage: flags.as, skip, ...extra, refusesStandIn: !flags['stand-in'] };
      const listenLogs = flags['listen-log'] ?? [];
      const options = { ...probing, ...expecting, families: familiesOf(flags), listenLogs };
      if (flags.wait !== undefined) {
        const { checkUntil } = await import('../usecases/check/check-until.ts');
        const waiting = { forMs: flags.wait, review, onWaiting: progress.waiting };
        const context = await this.context();
        progress.waits(new Date(context.system.now().getTime() + flags.wait));
        return checkUntil(site, options, waiting, context);
      }
      const { check } = await import('../usecases/check/check.ts');
      if (!flags.demo) return check(site, options, await this.context());
      const { checkDemo } = await import('../usecases/check/check-demo.ts');
      return checkDemo(site, options, await this.context());
    }).finally(progress.clear);
    const report = review(value);
    if (flags.demo) await this.notice(report.assumptions.slice(0, 1), flags);
    const outcome = outcomeOf(report, flags);
    const exitCode = await this.publish(report, plan, flags, { ranAt: report.startedAt, outcome });
    if (!isInterrupted) setExitCode(exitCode);
  }
}
