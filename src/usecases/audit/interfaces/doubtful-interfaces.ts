import { InputError } from '../../../input-error.ts';
import type { Misspelled } from '../../../verdict/advice/circumstances.ts';
import { nearestWord } from '../../../nearest-word.ts';
import { isInnerInterface } from '../../../net/inner-interface.ts';
import { whoText, type StatedInterface } from '../../../ports/stated-interfaces.ts';

interface Circumstances {
  /** How the machine with the rules is called. */
  readonly host: string;
  /** What is said of it. */
  readonly interfaces: readonly StatedInterface[];
  readonly outInterface: string | null;
  /** Every interface it has; null where nobody collected them. */
  readonly collected: ReadonlySet<string> | null;
  /** Those that its rules test, by the way of the packet: names, and beginnings with a `*` after them. */
  readonly tested: (way: 'in' | 'out') => ReadonlySet<string>;
}

interface Doubt {
  readonly names: ReadonlySet<string>;
  /** What is in doubt, and why. */
  readonly notes: readonly string[];
  /** Names that no rule tests and that are almost one that rules test. */
  readonly misspelled: readonly Misspelled[];
}

/**
 * Names that may be typing errors: no rule tests them, while the rules test others that nobody stated. Whom they are stated for may come by
 * any other as well then, so what hangs on it depends.
 * @throws InputError for an interface that the collected machine does not have
 */
export function doubtfulInterfaces({
  host,
  interfaces,
  outInterface,
  collected,
  tested,
}: Circumstances): Doubt {
  const names = new Set([
    ...interfaces.map(({ name }) => name),
    ...(outInterface === null ? [] : [outInterface]),
  ]);
  if (collected !== null) {
    refuseUnknownInterfaces(names, host, collected);
    return { names: new Set(), notes: [], misspelled: [] };
  }
  const doubt = (way: 'in' | 'out', name: string): readonly string[] => {
    const patterns = tested(way);
    return [...patterns].some((pattern) => isLike(name, pattern)) ? [] : unstated(patterns, names);
  };
  const doubtful = interfaces
    .map((one) => ({ ...one, others: doubt('in', one.name) }))
    .filter(({ others }) => others.length > 0);
  const inDoubtNames = new Set(doubtful.map(({ name }) => name));
  const misspelled = interfaces.flatMap(({ who, name }) => {
    const nearest = nearestTested(name, tested('in'));
    return nearest === undefined ? [] : [{ who: whoText(who), name, nearest }];
  });
  const out = outInterface === null ? [] : doubt('out', outInterface);
  return {
    names: new Set([
      ...doubtful.map(({ name }) => name),
      ...(outInterface === null || out.length === 0 ? [] : [outInterface]),
    ]),
    notes: [
      ...new Set([
        ...misspelled
          .filter(({ name }) => !inDoubtNames.has(name))
          .map(({ name, nearest }) => `no rule tests the interface ${name} (did you mean ${nearest}?)`),
        ...doubtful.map(({ who, name, others }) =>
          inDoubt(who === null ? name : `${whoText(who) ?? ''}=${name}`, name, others),
        ),
        ...(outInterface === null || out.length === 0
          ? []
          : [inDoubt(`--out-interface ${outInterface}`, outInterface, out)]),
      ]),
    ],
    misspelled,
  };
}

/** The interfaces that the rules test and that no stated name is, those of containers left out. */
function unstated(tested: ReadonlySet<string>, names: ReadonlySet<string>): readonly string[] {
  return [...tested].filter(
    (pattern) => !isInnerInterface(pattern) && ![...names].some((name) => isLike(name, pattern)),
  );
}

/** The interface that the rules test and this name is almost; undefined where they test this one too, or none is like it. */
function nearestTested(name: string, tested: ReadonlySet<string>): string | undefined {
  if ([...tested].some((pattern) => isLike(name, pattern))) return undefined;
  // eth0 and eth1 are two interfaces.
  const others = [...tested].filter((pattern) => withoutDigits(pattern) !== withoutDigits(name));
  return nearestWord(name, others);
}

function withoutDigits(name: string): string {
  return name.replaceAll(/\d+/g, '');
}

function isLike(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function inDoubt(what: string, name: string, others: readonly string[]): string {
  return `${what} may be a typing error: no rule tests ${name}, and nobody is stated to come or leave by ${others.join(', ')} (state these as well, or audit what vwaudit collect writes; until then any other interface counts too)`;
}

/** @throws InputError for an interface that the collected machine does not have */
export function refuseUnknownInterfaces(
  names: Iterable<string>,
  host: string,
  collected: ReadonlySet<string> | null,
): void {
  if (collected === null) return;
  for (const name of names) if (!collected.has(name)) throw noSuchInterface(name, host, collected);
}

function noSuchInterface(name: string, host: string, collected: ReadonlySet<string>): InputError {
  const own = [...collected].filter((each) => each !== 'lo');
  const nearest = nearestWord(name, own);
  return new InputError({
    code: 'unknown-interface',
    message: `interface "${name}": ${host} has none of that name`,
    value: name,
    fix:
      nearest === undefined
        ? `give one of ${own.join(', ')}`
        : `did you mean ${nearest}? It has ${own.join(', ')}`,
  });
}
