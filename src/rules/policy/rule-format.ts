import type { Accept, Placement, Policy } from './policy.ts';
import type { Syntax } from './rule-text.ts';

/** How a refused connection learns of it: an ICMP "administratively prohibited", or not at all. */
export const REFUSALS = ['reject', 'drop'] as const;

type Refuse = (typeof REFUSALS)[number];

/** Windows' network categories a rule may apply in. */
export const PROFILES = ['domain', 'private', 'public'] as const;

export type Profile = (typeof PROFILES)[number];

/** `null` = not given: the format's default. */
export interface RuleOptions {
  readonly placement: Placement;
  readonly refuse: Refuse | null;
  readonly profiles: readonly Profile[] | null;
}

/** A kind of rule file: one template, and the values it needs in the words of that firewall. */
export interface RuleFormat {
  /** For `--help` and messages. */
  readonly title: string;
  /** In `templates/`. */
  readonly template: string;
  /** What the file is called in the commands shown where nobody named it. */
  readonly file: string;
  /** Why an option can't be expressed, one clause each; giving it is an error. `gateway` is `--placement gateway`. */
  readonly unsupported: {
    readonly gateway?: string;
    readonly refuse?: string;
    readonly profile?: string;
  };
  readonly syntax: Syntax;
  /** How lines end; a line feed where nothing is said. */
  readonly lineEnd?: '\r\n';
  /** The command that loads the file; loading it again changes nothing. */
  readonly load: (file: string) => string;
  /** The command that removes everything the file set up. */
  readonly remove: (placement: Placement) => string;
  /** What to know before loading, one sentence each. */
  readonly notices: (placement: Placement) => readonly string[];
  /**
   * What the template may name beside the head (see `ruleset.ts`).
   * @throws InputError for what the format can't express.
   */
  readonly view: (policy: Policy, options: RuleOptions) => Readonly<Record<string, unknown>>;
}

/** For example `client connections from client`. */
export function describeAccept({ purposes, roles }: Accept): string {
  return `${purposes.join(', ')} from ${roles.join(', ')}`;
}
