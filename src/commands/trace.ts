import { string } from '@oclif/core/args';
import { dialectsOf, windowsOptionsOf } from '../cli/flags/audit-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { EXIT, setExitCode } from '../cli/exit/exit-code.ts';
import { refusePacketAsFile, traceFlags } from '../cli/flags/trace-flags.ts';

export default class Trace extends BaseCommand {
  static override summary = 'Follow packets through a ruleset, rule by rule.';

  static override description =
    'Shows what the rules do with each packet, and which rules and policies the packet and its reply meet. The exit ' +
    'code is 3 if a packet is undecided, or an answer relies on what an ordinary machine may make false and nobody stated.';

  static override examples = [
    {
      description: 'One packet:',
      command:
        '<%= config.bin %> rules --format nft -i 4 -q | <%= config.bin %> trace - --packet "tcp 10.30.0.5:40000 > 10.20.0.11:10102"',
    },
    {
      description: 'Many, as JSON:',
      command:
        '<%= config.bin %> rules --format nft -i 4 -q > maps-a.nft; ' +
        'echo "udp 10.30.0.0/16 > 10.20.0.11:10200 in eth0" | <%= config.bin %> trace maps-a.nft --packet-file - --json',
    },
  ];

  static override args = {
    file: string({
      description: 'Ruleset; - is standard input.',
      multiple: true,
      ignoreStdin: true,
    }),
  };

  static override flags = traceFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Trace);
    refusePacketAsFile(args.file ?? []);
    await this.noticeStandardInput([...(args.file ?? []), flags['packet-file']], flags);
    const [{ trace }, context] = await Promise.all([import('../usecases/audit/trace.ts'), this.context()]);
    const {
      hook,
      packet: packets = [],
      'packet-file': list = null,
      'self-address': selfAddresses = [],
    } = flags;
    const options = {
      files: args.file ?? [],
      dialects: dialectsOf(flags.dialect),
      hook,
      selfAddresses,
      isForwarding: flags.forwarding,
      windows: windowsOptionsOf(flags),
      packets,
      list,
      isVerbose: flags.verbose,
    };
    const report = await trace(options, context);
    await this.print(report, flags.json ? 'json' : 'table', flags);
    const isOpen = report.packets.some(({ undecidedFrom }) => undecidedFrom.length > 0);
    setExitCode(isOpen || report.unstated.length > 0 ? EXIT.unproven : EXIT.ok);
  }
}
