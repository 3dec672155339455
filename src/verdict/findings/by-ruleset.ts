/** Whom a ruleset lets in or not, as {@link addressList} says it, and the rule that decides for one of them. */
export interface ByRuleset {
  readonly from: readonly string[];
  readonly more: number | null;
  readonly except: readonly string[];
  readonly moreExcept: number | null;
  /** One of these addresses. */
  readonly witness: string;
  /** The port it has to come from, where not every port fares so; else null. */
  readonly witnessPort: number | null;
  /** Place and text; null where no rule blocks it. */
  readonly rule: string | null;
}

/** A whole family, where nobody is exempt and where those who may connect are. */
export const EVERYONE: Readonly<Record<string, string>> = {
  '0.0.0.0/0': 'all of IPv4',
  '::/0': 'all of IPv6',
};
export const EVERYONE_ELSE: Readonly<Record<string, string>> = {
  '0.0.0.0/0': 'everyone else on IPv4',
  '::/0': 'everyone else on IPv6',
};

/** `10.0.0.0/8, all of IPv6 and 3 more except 10.0.0.9, e.g. 10.0.0.1`. */
export const addresses = (shown: Omit<ByRuleset, 'rule'>, families = EVERYONE): string => {
  const { from, more, except, moreExcept, witnessPort } = shown;
  const witness = witnessPort === null ? shown.witness : `${shown.witness} from port ${witnessPort}`;
  if (from.length === 1 && from[0] === witness) return witness;
  const others = except.length === 0 ? '' : ` except ${prefixes(except, moreExcept, families)}`;
  return `${prefixes(from, more, families)}${others}, e.g. ${witness}`;
};

const prefixes = (
  shown: readonly string[],
  more: number | null,
  families: Readonly<Record<string, string>>,
): string => {
  const rest = more === 0 ? '' : ` and ${more ?? 'many'} more`;
  return `${shown.map((prefix) => families[prefix] ?? prefix).join(', ')}${rest}`;
};

/** The rule that decides for the one address that is named. */
export const by = (rule: string | null): string =>
  rule === null ? '. No rule blocks it.' : `. Rule: ${rule}`;
