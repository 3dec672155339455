/** What the parser knows of the extensions: which options they have, and how many values follow each. */
export interface Grammar {
  /** By the name after `-m`. */
  readonly modules: Readonly<Record<string, { readonly options: OptionGrammars }>>;
  /** The module `-p` alone brings, by the number of the protocol. */
  readonly protocolModules: Readonly<Record<number, string>>;
  /** By the name after `-j`. */
  readonly targets: Readonly<Record<string, { readonly options: OptionGrammars }>>;
}

export type OptionGrammars = Readonly<Record<string, OptionGrammar>>;

/** How an option is written. */
export interface OptionGrammar {
  /** How many values follow it. */
  readonly values: number;
  readonly isNeverNegated?: true;
  /** A rule has one of the options with the same slot; an option without one is a slot of its own. */
  readonly slot?: string;
  /** A rule may have it more than once. */
  readonly mayRepeat?: true;
}
