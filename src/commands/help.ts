import { string } from '@oclif/core/args';
import { loadHelpClass } from '@oclif/core/help';
import { BaseCommand } from '../cli/base-command.ts';
import { unknownCommand } from '../cli/errors/suggestions.ts';
import { InputError } from '../input-error.ts';

export default class HelpCommand extends BaseCommand {
  static override summary = 'Show the help of a command, as --help does.';

  static override examples = [
    { description: 'All commands:', command: '<%= config.bin %> help' },
    { description: 'One of them:', command: '<%= config.bin %> help check' },
  ];

  static override args = { command: string({ description: 'The command; without one, all are listed.' }) };

  async run(): Promise<void> {
    const { args } = await this.parse(HelpCommand);
    const { command } = args;
    if (command !== undefined && this.config.findCommand(command) === undefined)
      throw new InputError(unknownCommand(command, this.config.commandIDs));
    const Help = await loadHelpClass(this.config);
    await new Help(this.config, this.config.pjson.oclif.helpOptions).showHelp(
      command === undefined ? [] : [command],
    );
  }
}
