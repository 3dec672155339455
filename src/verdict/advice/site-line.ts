import { formatPrefix, type Prefix } from '../../net/prefix.ts';

/** An interface, and networks that it leads to. */
export interface Leading {
  readonly name: string;
  readonly networks: readonly Prefix[];
}

/**
 * The statements as a line of the site file: `interfaces: { gcl: [10.30.0.0/16], wan: other }`. Null where they would be none, or where
 * the file takes no such line.
 */
export function siteLine(stated: readonly Leading[]): string | null {
  const names = [...new Set(stated.map(({ name }) => name))];
  const entries = names.map((name) => {
    const networks = stated.flatMap((one) => (one.name === name ? one.networks : []));
    return { name, isOther: networks.some(({ length }) => length === 0), networks };
  });
  const isPlain = entries.every(({ name, networks }) => NAME.test(name) && networks.length > 0);
  if (!isPlain || entries.length === 0 || entries.filter(({ isOther }) => isOther).length > 1) return null;
  const texts = entries.map(
    ({ name, isOther, networks }) => `${name}: ${isOther ? 'other' : listOf(networks)}`,
  );
  return `interfaces: { ${texts.join(', ')} }`;
}

/** IPv6 in quotes: in YAML a colon means something. */
function listOf(networks: readonly Prefix[]): string {
  const texts = [...new Set(networks.map(formatPrefix))];
  return `[${texts.map((text) => (text.includes(':') ? `"${text}"` : text)).join(', ')}]`;
}

/** What needs no quotes; anything else is rare, and the flag takes it. */
const NAME = /^[A-Za-z][\w.-]*$/;
