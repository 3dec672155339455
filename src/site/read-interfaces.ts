import { InputError } from '../input-error.ts';
import { parsePrefix, type Prefix } from '../net/prefix.ts';
import type { SiteInterface } from '../deployment/site.ts';
import { readPrefixes } from './read-peers.ts';
import type { Tree } from './tree/tree.ts';
import { mapOf } from './tree/tree-values.ts';

/** What every address has that is on no other interface: the prefixes of nothing. */
const EVERY_OTHER: readonly Prefix[] = ['0.0.0.0/0', '::/0'].map((text) => parsePrefix(text, 'other'));

/** As Linux allows them. */
const NAME = /^(?!\.\.?$)[^\s/:*+]{1,15}$/;

/** `interfaces: { gcl: [10.30.0.0/16], wan: other }` of a site file. @throws InputError with the place */
export function readInterfaces(tree: Tree): readonly SiteInterface[] {
  const others: string[] = [];
  return mapOf(tree, 'the networks of each interface').entries.flatMap(({ key: name, value: entry }) => {
    if (!NAME.test(name) || name === 'lo') throw notAName(name, entry);
    if (!isOther(entry)) return readPrefixes(entry).map((who) => ({ who, name }));
    others.push(name);
    if (others.length > 1) throw secondOther(others, entry);
    return EVERY_OTHER.map((who) => ({ who, name }));
  });
}

function isOther(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.source === 'other';
}

function notAName(name: string, { place }: Tree): InputError {
  return new InputError({
    code: 'bad-interface',
    message: `interfaces: "${name}" is not the name of a Linux network interface other than lo`,
    value: name,
    fix: 'write the name as ip link shows it, for example eth0: [10.30.0.0/16]; leave out those of a Windows computer, whose rules go by network profile (audit --profile)',
    ...place,
  });
}

function secondOther(names: readonly string[], { place }: Tree): InputError {
  return new InputError({
    code: 'interface-twice',
    message: `interfaces: ${names.join(' and ')} are both other`,
    value: names.at(-1) ?? '',
    fix: 'write other for one interface, and the networks of the rest',
    ...place,
  });
}
