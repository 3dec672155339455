import { option } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { choicesOf } from '../cli/choices-of.ts';
import { siteFlags } from '../cli/site-flags.ts';
import { siteOf } from '../cli/site-of.ts';
import { PORTS_FORMATS } from '../report/ports-formats.ts';

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
    format: option({
      options: choicesOf(PORTS_FORMATS),
      default: 'table' as const,
      description: 'How to print the list.',
      exclusive: ['json'],
    })(),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Ports);
    const { ports } = await import('../usecases/ports.ts');
    const { tool } = await this.context();
    const report = ports(await siteOf(flags, { names: false }), tool);
    const [render, style] = await Promise.all([PORTS_FORMATS[flags.format](), this.style(flags)]);
    await this.print(report, flags.json, () => render(report, style));
  }
}
