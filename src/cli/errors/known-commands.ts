import type { Interfaces } from '@oclif/core';

/** A flag as far as suggestions need it. */
export interface KnownFlag {
  readonly name: string;
  /** The words it takes, where these are all. */
  readonly choices: readonly string[];
  /** `--no-NAME` is there too. */
  readonly hasNo: boolean;
}

/** The commands of the program, by name, with their flags. */
export type KnownCommands = ReadonlyMap<string, readonly KnownFlag[]>;

/** Read again for suggestions only; whatever goes wrong here hides no error. */
export async function knownCommands(options: Interfaces.LoadOptions): Promise<KnownCommands> {
  try {
    const { Config } = await import('@oclif/core/config');
    const { commands } = await Config.load(options);
    return new Map(
      commands.map(({ id, flags }) => [
        id,
        Object.values(flags).map((flag): KnownFlag => {
          const isOption = flag.type === 'option';
          return {
            name: flag.name,
            choices: isOption ? (flag.options ?? []) : [],
            hasNo: !isOption && flag.allowNo,
          };
        }),
      ]),
    );
  } catch {
    return new Map();
  }
}
