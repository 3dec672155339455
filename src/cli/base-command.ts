import { Command } from '@oclif/core/command';
import { boolean, help } from '@oclif/core/flags';
import { printable } from '../printable.ts';
import type { FormatFor, ReportFormatId } from '../report/registry.ts';
import type { ReportWithResults } from '../report/results/results-of.ts';
import type { AnyReport } from '../verdict/reports/any-report.ts';
import type { ReportKind, ReportOf } from '../report/results/report-format.ts';
import type { System } from '../system/system.ts';
import type { Tool } from '../verdict/reports/head.ts';
import { EXIT, type ExitCode } from './exit/exit-code.ts';
import type { ReportPlan } from './reports/report-plan.ts';
import type { MadeReport } from './reports/write-reports.ts';
import { writeStderr, writeStdout } from './output/output.ts';
import { writeStderrLines } from './output/stderr-lines.ts';

/** The flags every command takes. */
export interface CommonFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean | undefined;
}

/** Characters written at a time. */
const PIECE = 2 ** 20;

/**
 * What every command shares: the common flags, and errors that travel untouched to `main`, the one place that maps them
 * to text and exit code. (oclif's own --json support makes every error exit 1 and prints its whole configuration.)
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    json: boolean({ description: 'Print the result as JSON.', helpGroup: 'GLOBAL' }),
    quiet: boolean({ char: 'q', description: 'No notices or progress on stderr.', helpGroup: 'GLOBAL' }),
    color: boolean({
      description: 'Colour, whatever the terminal and NO_COLOR say.',
      allowNo: true,
      helpGroup: 'GLOBAL',
    }),
    help: help({ char: 'h', description: 'Show help.', helpGroup: 'GLOBAL' }),
  };

  /** The real machine, and what reports name as their maker. */
  protected async context(): Promise<{ readonly system: System; readonly tool: Tool }> {
    const { nodeSystem } = await import('../system/node-system.ts');
    return { system: nodeSystem, tool: { name: this.config.bin, version: this.config.version } };
  }

  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  /** The result on stdout, in one of the formats of its kind. */
  protected async print<K extends ReportKind>(
    report: ReportOf<K>,
    format: FormatFor<K>,
    flags: Pick<CommonFlags, 'color'>,
  ): Promise<void> {
    await this.printAs(report, format, flags, { ranAt: null, isUnprovenAccepted: false }, null);
  }

  /**
   * The reports of a plan: the files first, then the one on stdout.
   * @param outcome the exit code of the report
   * @returns that exit code, or the one of the plugin guidelines where a plugin is what stdout is for
   */
  protected async publish<K extends ReportKind>(
    report: ReportOf<K>,
    plan: ReportPlan,
    flags: Pick<CommonFlags, 'color'> & { readonly verbose?: boolean },
    { ranAt, outcome }: { readonly ranAt: string | null; readonly outcome: ExitCode },
  ): Promise<ExitCode> {
    const [{ writeReportFiles }, { system }] = await Promise.all([
      import('./reports/write-reports.ts'),
      this.context(),
    ]);
    const made = { ranAt, isUnprovenAccepted: outcome === EXIT.ok };
    await writeReportFiles<K>(report, plan, made, system);
    await this.printAs<K>(report, plan.stdout, flags, made, plan.stdinName);
    if (plan.stdout !== 'nagios' || !hasResults(report)) return outcome;
    const { pluginExit } = await import('./reports/plugin-exit.ts');
    return pluginExit(report, made);
  }

  private async printAs<K extends ReportKind>(
    report: ReportOf<K>,
    format: ReportFormatId | null,
    flags: Pick<CommonFlags, 'color'> & { readonly verbose?: boolean },
    made: MadeReport,
    stdinName: string | null,
  ): Promise<void> {
    const [{ renderReport }, { styleFor }, { runContext }] = await Promise.all([
      import('./output/render-report.ts'),
      import('./output/style.ts'),
      import('./reports/write-reports.ts'),
    ]);
    const style = { ...(await styleFor(process.stdout, flags.color)), isVerbose: flags.verbose === true };
    const text = await renderReport(report, format, style, runContext(made, stdinName));
    await this.write(text);
  }

  /** On stdout, in large pieces. */
  protected async write(text: string | Iterable<string>): Promise<void> {
    let pending = '';
    for (const piece of typeof text === 'string' ? [text] : text) {
      pending += piece;
      if (pending.length < PIECE) continue;
      await writeStdout(pending);
      pending = '';
    }
    await writeStdout(pending);
  }

  /** Whoever waits at a terminal reads that the program waits for them: `-`, or `HOST=-`, among the files. */
  protected async noticeStandardInput(
    files: readonly (string | undefined)[],
    flags: Pick<CommonFlags, 'quiet'>,
  ): Promise<void> {
    if (!process.stdin.isTTY || !files.some((file) => file !== undefined && /^(?:[^=]+=)?-$/.test(file)))
      return;
    const end = process.platform === 'win32' ? 'Ctrl-Z and Enter end' : 'Ctrl-D ends';
    await this.notice([`reading standard input; ${end} it`], flags);
  }

  /** Assumptions and advice on stderr, unless --quiet; `commands` are to be copied and stay on a line each. */
  protected async notice(
    lines: readonly string[],
    { quiet }: Pick<CommonFlags, 'quiet'>,
    commands: readonly string[] = [],
  ): Promise<void> {
    if (quiet) return;
    await writeStderrLines(lines);
    await writeStderr(commands.map((line) => `${printable(line)}\n`).join(''));
  }
}

/** Flows with verdicts. */
function hasResults(report: AnyReport): report is ReportWithResults {
  return 'summary' in report;
}
