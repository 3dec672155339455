import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { auditFlags, dialectsOf, refuseInterfacesTwice, windowsOptionsOf } from '../cli/flags/audit-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { EXIT, setExitCode } from '../cli/exit/exit-code.ts';
import { outcomeOf } from '../cli/exit/outcome.ts';
import { acceptFlag, baselineFlag } from '../cli/flags/review-flags.ts';
import { siteFlags } from '../cli/flags/site-flags.ts';
import { siteOf } from '../cli/flags/site-of.ts';
import { reportFlags } from '../cli/reports/report-flags.ts';
import { planReports } from '../cli/reports/report-plan.ts';
import { readReview } from '../cli/reports/review.ts';

export default class Audit extends BaseCommand {
  static override summary = 'Prove what an existing firewall does with every Viz World flow.';

  static override description =
    'Reads the output of iptables-save, ip6tables-save, ipset save, nft list ruleset or nft -j list ruleset, or exports of Windows ' +
    'Defender Firewall, on any machine and without privilege, and reports for each port who gets in, who is blocked, and which ' +
    'rule decides. What depends on more than the packet is undecided, and the rule it depends on is named.';

  static override examples = [
    {
      description: 'Audit the rules that vwaudit writes:',
      command:
        '<%= config.bin %> rules --format nft --instances 4 -q | <%= config.bin %> audit - --instances 4',
    },
    {
      description: 'Rules that admit more than the clients, but not the configuration tool (exit code 1):',
      command:
        '<%= config.bin %> rules --format nft -i 4 -q > maps-a.nft; ' +
        '<%= config.bin %> audit maps-a.nft -i 4 --allow client=10.30.0.0/16 --allow config-tool=10.20.9.5',
    },
  ];

  static override args = {
    file: string({
      description: 'Ruleset, or HOST=FILE if each host has its own; - is standard input.',
      multiple: true,
      ignoreStdin: true,
    }),
  };

  static override flags = {
    ...siteFlags,
    ...auditFlags,
    ...acceptFlag,
    ...baselineFlag,
    ...reportFlags(['audit']),
    'self-test': boolean({
      description:
        'Print only what of the files is not understood, without names, addresses, identities and paths, so that it can be sent in.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Audit);
    if (flags['self-test']) return this.selfTest(args.file ?? []);
    const plan = planReports(flags);
    const site = await siteOf(flags, { names: false });
    await this.noticeStandardInput(args.file ?? [], flags);
    const [{ audit }, context] = await Promise.all([import('../usecases/audit/audit.ts'), this.context()]);
    const { hook, interface: interfaces = [], 'rules-of': rulesOf = null } = flags;
    const { forwarding: isForwarding, 'self-address': selfAddresses = [] } = flags;
    refuseInterfacesTwice(interfaces);
    const review = await readReview(flags, site, { kind: 'audit', hook }, context.system);
    const dialects = dialectsOf(flags.dialect);
    const machine = { dialects, hook, selfAddresses, isForwarding, windows: windowsOptionsOf(flags) };
    const outInterface = flags['out-interface'] ?? null;
    const options = { files: args.file ?? [], interfaces, outInterface, rulesOf, ...machine };
    const report = review(await audit(site, options, context));
    const outcome = outcomeOf(report, { ...flags, 'accept-unproven': false });
    const ranAt = context.system.now().toISOString();
    setExitCode(await this.publish(report, plan, flags, { ranAt, outcome }));
  }

  /** Exit code 3 where something is not understood. */
  private async selfTest(files: readonly string[]): Promise<void> {
    const [{ selfTest }, context] = await Promise.all([
      import('../usecases/audit/self-test.ts'),
      this.context(),
    ]);
    const { text, isClean } = await selfTest(files, context);
    await this.write(text);
    setExitCode(isClean ? EXIT.ok : EXIT.unproven);
  }
}
