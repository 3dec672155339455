import { BaseCommand } from '../cli/base-command.ts';
import { formatFlag } from '../cli/flags/format-flag.ts';
import { siteFlags } from '../cli/flags/site-flags.ts';
import { siteOf } from '../cli/flags/site-of.ts';

export default class Ports extends BaseCommand {
  static override summary = 'List the ports Viz World needs, and who connects to them.';

  static override description =
    'The port scheme of the vendor guide for a number of instances. Where the guide contradicts itself the row carries a note.';

  static override examples = [
    { description: 'Four instances with an allocator:', command: '<%= config.bin %> ports --instances 4' },
    { description: 'As data for a script:', command: '<%= config.bin %> ports --instances 4 --json' },
    { description: 'For the wiki:', command: '<%= config.bin %> ports --instances 4 --format markdown' },
  ];

  static override flags = {
    ...siteFlags,
    format: formatFlag('ports', { fallback: 'table', description: 'How to print the list' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Ports);
    const { ports } = await import('../usecases/ports.ts');
    const { tool } = await this.context();
    const report = ports(await siteOf(flags, { names: false }), tool);
    await this.print(report, flags.json ? 'json' : flags.format, flags);
  }
}
