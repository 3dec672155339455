import { tryParseAddress, type Family } from '../net/address.ts';
import { ANYWHERE, blockOf, formatPrefix, type Prefix } from '../net/prefix.ts';

/** A policy of `ip xfrm policy` that drops what it covers, or asks for IPsec. */
export interface IpsecPolicy {
  readonly direction: 'in' | 'out' | 'fwd';
  readonly from: Prefix;
  readonly to: Prefix;
  readonly does: 'block' | 'require';
  /** `dir in src 10.61.0.0/16 dst 10.20.0.11 proto tcp`, as the tool takes it; `default in`. */
  readonly text: string;
}

/**
 * What `ip xfrm policy` prints. Policies that let packets pass as they are, or whose IPsec is optional, are left out, and those of
 * single sockets: so are ports, so that a policy may cover less than it is taken for.
 * @throws Error where a line is not what the tool of today prints
 */
export function parseIpsecPolicies(output: string): readonly IpsecPolicy[] {
  return output
    .split(/^(?=src )/m)
    .filter((block) => block.trim() !== '')
    .flatMap(parsePolicy);
}

function parsePolicy(block: string): readonly IpsecPolicy[] {
  const [, source = '', destination = '', rest = ''] = /^src (\S+) dst (\S+)(.*)/.exec(block) ?? [];
  const [from, to] = [parsePrefix(source), parsePrefix(destination)];
  if (from === null || to === null) throw new Error(`no policy of ip xfrm: ${block.slice(0, 80)}`);
  const direction = /^\s+dir (in|out|fwd)\b/m.exec(block)?.[1];
  const protocol = /\bproto (\S+)/.exec(rest)?.[1];
  // "socket in" and "socket out" are of one program.
  if (!isDirection(direction)) return [];
  if (protocol !== undefined && !SERVED.has(protocol)) return [];
  const isBlocking = /^\s+dir .*\baction block\b/m.test(block);
  const asked = block.split(/^\s+tmpl /m).slice(1);
  if (!isBlocking && asked.every((one) => /^\s+level use\b/m.test(one))) return [];
  const does = isBlocking ? 'block' : 'require';
  const text = ['dir', direction, 'src', formatPrefix(from), 'dst', formatPrefix(to), rest.trim()]
    .join(' ')
    .trim();
  return [{ direction, from, to, does, text }];
}

/** What `ip xfrm policy getdefault` prints: which directions drop what no policy is for. */
export function parseIpsecDefaults(output: string): readonly IpsecPolicy[] {
  return [...output.matchAll(/^\s*(in|fwd|out):\s+(\S+)$/gm)].flatMap(([, direction, action]) =>
    isDirection(direction) && action === 'block'
      ? ANYWHERE.map((every) => ({
          ...{ direction, from: every, to: every, does: 'block' as const },
          text: `default ${direction}`,
        }))
      : [],
  );
}

const SERVED: ReadonlySet<string> = new Set(['tcp', 'udp', '6', '17', '0']);

function isDirection(word: string | undefined): word is IpsecPolicy['direction'] {
  return word === 'in' || word === 'out' || word === 'fwd';
}

function parsePrefix(word: string): Prefix | null {
  const [host = '', bits] = word.split('/');
  const address = tryParseAddress(host);
  if (address === undefined) return null;
  return blockOf(address, bits === undefined ? BITS[address.family] : Number(bits));
}

const BITS = { 4: 32, 6: 128 } as const satisfies Record<Family, number>;
