/** Of how many of the addresses not every connection fares so, and which do; an older report has the port of the witness alone. */
export interface PartArgs {
  readonly inPart: 'none' | 'some' | 'all';
  /** Of `all`, where it is the same of all. */
  readonly partPort: number | null;
  readonly isPartEcn: boolean;
  readonly partTo: string | null;
}

/** Whom a ruleset lets in or not, as {@link addressList} says it, and the rule that decides for one of them. */
export interface ByRuleset extends Partial<PartArgs> {
  readonly from: readonly string[];
  readonly more: number | null;
  readonly except: readonly string[];
  readonly moreExcept: number | null;
  /** One of these addresses. */
  readonly witness: string;
  /** The port it has to come from, where not every port fares so; else null. */
  readonly witnessPort: number | null;
  /** Places and texts of the rules that decide for most; null where no rule blocks it. */
  readonly rule: string | null;
  /** The rules that decide, a clause each, with how many addresses each takes where it is not all. */
  readonly decided?: readonly string[];
  /** Who fares otherwise, and the rule that takes most of them. */
  readonly others?: string | null;
}

/** How everybody is named who has an address of either family, or of one. */
interface Everyone {
  readonly all: string;
  /** By the prefix that is the whole family. */
  readonly ofFamily: Readonly<Record<string, string>>;
}

export const EVERYONE: Everyone = {
  all: 'every address',
  ofFamily: { '0.0.0.0/0': 'all of IPv4', '::/0': 'all of IPv6' },
};
/** Besides those who may connect. */
export const EVERYONE_ELSE: Everyone = {
  all: 'everyone else',
  ofFamily: { '0.0.0.0/0': 'everyone else on IPv4', '::/0': 'everyone else on IPv6' },
};

/** `10.0.0.0/8, all of IPv6 and 3 more except 10.0.0.9, e.g. 10.0.0.1`. */
export const addresses = (
  shown: Omit<ByRuleset, 'rule' | 'decided' | 'others'>,
  everyone = EVERYONE,
): string => {
  const { from, more, except, moreExcept, witnessPort } = shown;
  const witness = witnessPort === null ? shown.witness : `${shown.witness} from port ${witnessPort}`;
  if (from.length === 1 && from[0] === witness) return witness;
  const others = except.length === 0 ? '' : ` except ${prefixes(except, moreExcept, everyone)}`;
  return `${prefixes(from, more, everyone)}${others}, e.g. ${witness}`;
};

/** What is blocked: these addresses, or some of their connections. */
export const blockedOf = (
  who: string,
  {
    witnessPort,
    inPart = witnessPort === null ? 'none' : 'all',
    partPort = witnessPort,
    isPartEcn = false,
    partTo = null,
  }: ByRuleset,
): string => {
  if (inPart === 'none') return who;
  if (inPart === 'some') return `${who}, some of them only in part`;
  const towards = partTo === null ? '' : ` on the way to ${partTo}`;
  const ports = partPort === null ? '' : 'some source ports of ';
  if (isPartEcn) return `connections with ECN from ${ports}${who}${towards}`;
  return partPort === null && partTo === null ? `some connections of ${who}` : `${ports}${who}${towards}`;
};

const prefixes = (shown: readonly string[], more: number | null, { all, ofFamily }: Everyone): string => {
  const rest = more === 0 ? '' : ` and ${more ?? 'many'} more`;
  const isEveryone = Object.keys(ofFamily).every((family) => shown.includes(family));
  const names = shown.flatMap((prefix) => {
    const family = ofFamily[prefix];
    if (family === undefined) return [prefix];
    return isEveryone ? [] : [family];
  });
  return `${[...(isEveryone ? [all] : []), ...names].join(', ')}${rest}`;
};

/** The rules that decide for these addresses, and for those who fare otherwise. */
export const by = ({
  rule,
  decided = rule === null ? [] : [rule],
  others = null,
}: Pick<ByRuleset, 'rule' | 'decided' | 'others'>): string => {
  const rules =
    decided.length === 0
      ? `. No rule blocks ${others === null ? 'it' : 'these'}`
      : `. ${decided.length === 1 ? 'Rule' : 'Rules'}: ${decided.join('; ')}`;
  return others === null ? rules : `${rules}; others are ${others}`;
};
