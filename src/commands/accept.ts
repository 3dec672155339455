import { string } from '@oclif/core/args';
import { boolean, string as stringFlag } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { checkFlags } from '../cli/flags/check-flags.ts';
import { InputError } from '../input-error.ts';

export default class Accept extends BaseCommand {
  static override summary = 'Write the exceptions file for --accept from a saved report.';

  static override description =
    'Reads what check, audit or merge wrote with --json, and writes an entry for each finding that fails or leaves a flow unproven: ' +
    'its code, flows and rules, with the reason and the last day that --reason and --until give. Review the file: what is in it does not fail a run any more. ' +
    'Entries for what the report says is accepted already keep their reason and day.';

  static override examples = [
    {
      description: 'UDP ports that stay silent until the servers are installed:',
      command:
        '<%= config.bin %> check -i 2 --json > check.json; ' +
        '<%= config.bin %> accept check.json --reason "installed in May" --until 2099-05-31 --out exceptions.yaml --force; ' +
        '<%= config.bin %> check -i 2 --accept exceptions.yaml',
    },
  ];

  static override args = {
    report: string({
      description: 'What --json wrote; - is standard input.',
      required: true,
      ignoreStdin: true,
    }),
  };

  static override flags = {
    reason: stringFlag({ helpValue: 'TEXT', description: 'Why this is accepted (required).' }),
    until: stringFlag({ helpValue: 'DAY', description: 'The last day it counts, YYYY-MM-DD (required).' }),
    code: stringFlag({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'CODE',
      description: 'Only findings of this code (repeatable).',
    }),
    flow: stringFlag({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PATTERN',
      description:
        'Only flows of this id, in which * stands for any text (repeatable), for example "client>maps-a/server-1.*".',
    }),
    out: stringFlag({ helpValue: 'FILE', description: 'Write to this file. [default: stdout]' }),
    force: boolean({ description: 'Replace the file of --out if there is one.', dependsOn: ['out'] }),
    'fail-on': checkFlags['fail-on'],
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Accept);
    const { reason, until, code: codes = [], flow: patterns = [], out, 'fail-on': failOn } = flags;
    if (reason === undefined || until === undefined) throw new InputError(UNSAID);
    await this.noticeStandardInput([args.report], flags);
    const [{ accept, writeExceptions }, { system }] = await Promise.all([
      import('../usecases/accept/accept.ts'),
      this.context(),
    ]);
    const { entries, text } = await accept(args.report, { reason, until, codes, patterns, failOn }, system);
    const written = flags.json ? `${JSON.stringify(entries, null, 2)}\n` : text;
    if (out === undefined) return this.write(written);
    await writeExceptions(out, written, flags.force, system);
    const count = `${entries.length} ${entries.length === 1 ? 'exception' : 'exceptions'}`;
    await this.notice([`${count} written to ${out}; review them, then give --accept ${out}`], flags);
  }
}

const UNSAID = {
  code: 'no-reason',
  message: 'an exception needs --reason and --until',
  fix: 'say why it is accepted, and the last day, for example --reason "replaced in May" --until 2027-05-31',
};
