import { boolean, option, string } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';

export default class Collect extends BaseCommand {
  static override summary = 'Collect the rules, addresses, routes and listeners of this machine, for audit.';

  static override description =
    'Writes one JSON file: the rules of every firewall (nft, iptables, ip6tables, both back ends, ipset), addresses, routes, ' +
    'listening sockets with their programs, and settings of the kernel. It only reads, and needs root. audit and trace take the ' +
    'file like any other ruleset, and then know the addresses of the machine and by which interface its peers come in.';

  static override examples = [
    {
      description: 'This machine, as root:',
      command: '<%= config.bin %> collect --out machine.json',
    },
    {
      description: 'A machine without vwaudit: run the script there with sudo sh collect.sh > machine.json:',
      command: '<%= config.bin %> collect --script sh --out collect.sh',
    },
    {
      description:
        'A Windows computer: run it there as administrator, powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 -Out machine.json:',
      command: '<%= config.bin %> collect --script powershell --out collect.ps1',
    },
  ];

  static override flags = {
    out: string({ helpValue: 'FILE', description: 'Write to this file instead of standard output.' }),
    redact: boolean({
      description:
        'Replace addresses (the same everywhere, prefixes kept), the host name, comments and log prefixes, so that the file can be sent in.',
      exclusive: ['script'],
    }),
    script: option({
      options: ['sh', 'powershell'] as const,
      description:
        'Write the script that collects the same on a machine without vwaudit; powershell: on a Windows computer.',
    })(),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Collect);
    const [{ collect, collectScript }, { writeOut }, { system }] = await Promise.all([
      import('../usecases/collect.ts'),
      import('../usecases/write-out.ts'),
      this.context(),
    ]);
    const { text, notices } =
      flags.script === undefined
        ? await collect({ isRedacted: flags.redact }, system)
        : { text: await collectScript(flags.script, system), notices: [] };
    if (notices.length > 0) await this.notice(notices, flags);
    const { out } = flags;
    if (out === undefined) return this.write(text);
    await writeOut(out, text, system);
    await this.notice([`wrote ${out}`], flags);
  }
}
