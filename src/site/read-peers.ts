import { InputError } from '../input-error.ts';
import { formatPrefix, parsePrefix, type Prefix } from '../net/prefix.ts';
import { ROLES } from '../deployment/role.ts';
import { located, type YamlLocation } from './tree/place.ts';
import { refuseTwice } from './tree/refuse-twice.ts';
import type { Peers } from '../deployment/site.ts';
import type { Tree } from './tree/tree.ts';
import { fieldsOf, textsOf } from './tree/tree-values.ts';

const MAX_PREFIXES = 1024;

/** `peers:` of a site file: a role that is not there is not stated, `[]` is nobody. @throws InputError with the place */
export function readPeers(tree: Tree | undefined): Peers {
  const fields = tree === undefined ? {} : fieldsOf(tree, ROLES);
  const of = (role: keyof Peers): readonly Prefix[] | null => {
    const entry = fields[role];
    return entry === undefined ? null : readPrefixes(entry);
  };
  return {
    client: of('client'),
    'config-tool': of('config-tool'),
    allocator: of('allocator'),
    server: of('server'),
    web: of('web'),
  };
}

/** A list of prefixes, each once. */
export function readPrefixes(tree: Tree): readonly Prefix[] {
  const texts = textsOf(
    tree,
    'give addresses or prefixes, IPv6 in quotes, [] for nobody, or leave the role out',
  );
  if (texts.length > MAX_PREFIXES) {
    throw new InputError({
      code: 'too-many-prefixes',
      message: `${tree.path}: ${texts.length} prefixes`,
      fix: `give at most ${MAX_PREFIXES}`,
      ...tree.place,
    });
  }
  const seen = new Map<string, YamlLocation>();
  return texts.map(({ path, place, source }) => {
    const prefix = located(place, () => parsePrefix(source, path));
    refuseTwice(seen, { what: `${tree.path}:`, value: source, id: formatPrefix(prefix) }, place);
    return prefix;
  });
}
