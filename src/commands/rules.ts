import { EXIT, setExitCode } from '../cli/exit/exit-code.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { requireFormat } from '../cli/flags/require-format.ts';
import { RULE_FORMAT_IDS, rulesFlags } from '../cli/flags/rules-flags.ts';
import { siteFlags } from '../cli/flags/site-flags.ts';
import { siteOf } from '../cli/flags/site-of.ts';
import { rulesCommands, rulesNotice } from '../report/text/rules-notice.ts';

export default class Rules extends BaseCommand {
  static override summary = 'Write firewall rules that admit only the stated addresses to Viz World ports.';

  static override description =
    'Writes rules for the firewall of each host: the addresses of a role (--allow) may connect to the ports that role needs, everyone else is refused there, ' +
    'and nothing else on the machine changes. Assumptions are listed on stderr.';

  static override examples = [
    {
      description: 'A Windows server, clients from one network:',
      command: '<%= config.bin %> rules --format windows --instances 4 --allow client=10.30.0.0/16',
    },
    {
      description: 'For nftables; loading it twice is safe:',
      command: '<%= config.bin %> rules --format nft --instances 4 --out vwaudit.nft',
    },
    {
      description: 'Two hosts, one file each:',
      command:
        '<%= config.bin %> rules --format iptables -i 2 --host 10.20.0.11 --host 10.20.0.12 --out rules-{host}.sh',
    },
  ];

  static override flags = { ...siteFlags, ...rulesFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(Rules);
    const format = requireFormat(flags.format, RULE_FORMAT_IDS);
    const { placement, refuse = null, profile: profiles = null, template = null, out = null } = flags;
    const [{ rules }, { refuseSharedFile, writeRulesets }, context] = await Promise.all([
      import('../usecases/rules.ts'),
      import('../usecases/write-rulesets.ts'),
      this.context(),
    ]);
    const site = await siteOf(flags, { names: false });
    const report = await rules(site, { format, placement, refuse, profiles, template, out }, context);
    if (!flags.json) refuseSharedFile(report.rulesets, out);
    const written = out === null ? [] : await writeRulesets(report.rulesets, out, context.system);
    if (flags.json || out === null) {
      await this.print(report, flags.json ? 'json' : 'files', flags);
    }
    await this.notice(rulesNotice(report, written), flags, rulesCommands(report));
    if (report.rulesets.some(({ unserved = [] }) => unserved.length > 0)) setExitCode(EXIT.unproven);
  }
}
