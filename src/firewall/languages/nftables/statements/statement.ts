import type { TableContext } from '../lower/context.ts';
import type { Lowered } from '../lower/lowered.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import type { ParserState } from '../text/scan/parser-state.ts';

/**
 * A statement of nft: how it is read from text and from JSON, what it means, how it is shown. Each is a file of this folder
 * and a line of the registry (`index.ts`).
 */
export interface NftStatement<S extends Statement> {
  /** The kind of its syntax tree. */
  readonly kind: S['kind'];
  /** How it is read from text, by the word it begins with. */
  readonly text?: Readonly<Record<string, TextReader>>;
  /** The same where it begins with a part of the packet, by the word after that; `''` for any other word. */
  readonly textAfterKey?: Readonly<Record<string, TextReaderAfterKey>>;
  /** How it is read from JSON, by its key. */
  readonly json?: Readonly<Record<string, JsonReader>>;
  /** Sets and their elements may have it too. */
  readonly isStateful?: true;
  /** @throws InputError with the place of a value that nft does not take. */
  lower(statement: S, context: TableContext): Lowered;
  /** As `nft list ruleset` would write it, more or less. */
  format(statement: S): string;
  /** Whether it decides on every packet, so that the kernel runs nothing after it; never where it is left out. */
  isTerminal?(statement: S): boolean;
}

/** A statement of the registry, whatever its kind: its methods take what its own readers gave. */
export type AnyStatement = NftStatement<Statement>;

/**
 * Reads a statement from its first word on; `undefined`, with nothing read, where the word begins something else.
 * @throws InputError with the place of what nft does not take.
 */
export type TextReader = (state: ParserState) => Statement | undefined;

/** Reads the rest of a statement that begins with a part of the packet. */
export type TextReaderAfterKey = (state: ParserState, key: Expression) => Statement;

/** Reads a statement from the value of its key; `undefined` for what this program does not know. */
export type JsonReader = (content: unknown, source: JsonSource) => Statement | undefined;

/** The listing that JSON is read from. */
export interface JsonSource {
  /** Its nft leaves statements within sets out (see `losesSetStatements`). */
  readonly isLossy: boolean;
  /** Reads a statement that sets may have too, such as a limit; `undefined` for any other. */
  readonly readStateful: (value: unknown) => Statement | undefined;
}
