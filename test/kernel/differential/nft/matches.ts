import fc from 'fast-check';
import { formatAddress, parseAddress, type Family } from '../../../../src/net/address.ts';
import { header, type Ground } from './ground.ts';
import { hostileMatch } from './hostile.ts';
import { not, oneOf, phrase, weighted } from './phrase.ts';
import { braces, concatenated } from './sets.ts';
import {
  address,
  addressElement,
  addressRange,
  disjoint,
  interfaceName,
  mark,
  mask,
  network,
  source,
  target,
} from './values.ts';

type Text = fc.Arbitrary<string>;

/** Tests that go with any other. */
export function generalMatch(ground: Ground): Text {
  return weighted(
    [8, addressMatch(ground)],
    [4, conntrackMatch(ground)],
    [ground.interfaces, interfaceMatch],
    [3, markMatch],
    [2, otherMatch(ground)],
    [ground.isHostile ? 6 : 0, hostileMatch(ground)],
  );
}

function addressMatch(ground: Ground): Text {
  const { family } = ground;
  const field = phrase`${header(ground)} ${oneOf('saddr', 'saddr', 'saddr', 'daddr')}`;
  const masked = fc
    .tuple(address(family), oneOf(...MASKS[family], ...(ground.isHostile ? HOSTILE_MASKS[family] : [])))
    .map(([text, bits]) => `& ${bits} == ${cut(text, bits, family)}`);
  return weighted(
    [4, phrase`${field} ${not}${network(family)}`],
    [2, phrase`${field} ${not}${address(family)}`],
    [2, phrase`${field} ${not}${addressRange(family)}`],
    [3, phrase`${field} ${not}${braces(disjoint(addressElement(family)))}`],
    [3, phrase`${field} ${not}@${oneOf('addrs', 'addrs', 'merged', 'hosts', 'empty')}${String(family)}`],
    [
      2,
      phrase`${field} ${not}${oneOf('$lan', '$trusted', '$one', '{ $lan }').map((text) => text.replace(/\w+/, (name) => `${name}${family}`))}`,
    ],
    [1, phrase`${field} ${oneOf('<', '<=', '>', '>=')} ${source(family)}`],
    [1, phrase`${header(ground)} saddr ${masked}`],
  );
}

const MASKS = {
  4: ['255.255.0.0', '255.255.0.255'],
  6: ['ffff:ffff:ffff:ffff::', 'ffff:ffff:ffff:ffff:ffff::'],
};
const HOSTILE_MASKS = { 4: ['0.0.255.255'], 6: ['::ffff:0:0:ffff'] };

/** The address with other bits than these cleared: as the constants of a mask are written. */
function cut(text: string, bits: string, family: Family): string {
  const [value, mask] = [parseAddress(text, 'address').value, parseAddress(bits, 'mask').value];
  return formatAddress({ family, value: value & mask });
}

const state = oneOf('new', 'established', 'related', 'invalid', 'untracked');
const states = fc.uniqueArray(state, { minLength: 1, maxLength: 3 });

function conntrackMatch(ground: Ground): Text {
  const { family } = ground;
  const ip = header(ground);
  const several = states.map((all) => all.join(','));
  return weighted(
    [4, phrase`ct state ${not}${several}`],
    [
      2,
      phrase`ct state ${oneOf('', '!= ')}${fc.uniqueArray(state, { minLength: 2, maxLength: 3 }).map((all) => `{ ${all.join(', ')} }`)}`,
    ],
    [1, phrase`ct state ! ${several}`],
    [1, phrase`ct state & (established | related) ${oneOf('==', '!=')} ${oneOf('0', 'established')}`],
    [1, phrase`ct status ${oneOf('', '! ')}${oneOf('dnat', 'snat', 'snat,dnat', 'seen-reply')}`],
    [1, phrase`ct status & (snat | dnat) ${oneOf('==', '!=')} ${oneOf('0', 'dnat', 'snat')}`],
    [1, phrase`ct direction ${oneOf('', '!= ')}${oneOf('original', 'reply')}`],
    [
      1,
      phrase`ct ${oneOf('original', 'reply')} ${ip} ${oneOf('saddr', 'daddr')} ${oneOf('', '!= ')}${fc.oneof(network(family), address(family))}`,
    ],
    [1, phrase`ct mark ${not}${mark}`],
    [1, phrase`ct mark & ${mask} ${oneOf('==', '!=')} ${mark}`],
    [1, fc.constant(`ct l3proto ipv${family}`)],
    [
      1,
      phrase`ct state . ct direction ${oneOf('', '!= ')}{ new . original, established . ${oneOf('original', 'reply')} }`,
    ],
  );
}

const interfaceMatch = weighted(
  [6, phrase`${oneOf('iifname', 'meta iifname', 'oifname')} ${not}${interfaceName}`],
  [2, phrase`iifname ${oneOf('', '!= ')}{ ${oneOf('"v1b"', '"eth*"', '"v*"')}, "lo", "w0" }`],
  [1, phrase`${oneOf('iifname', 'oifname')} ${oneOf('', '!= ')}@links`],
  [1, phrase`${oneOf('iifname', 'oifname')} ${oneOf('', '!= ')}$wire`],
  [1, phrase`${oneOf('iif', 'oif')} ${oneOf('', '!= ')}${oneOf('"lo"', 'lo')}`],
  // Where it is equal, nft takes no test of an IP header behind it.
  [1, phrase`${oneOf('iiftype', 'oiftype')} != ${oneOf('loopback', '{ 772 }')}`],
);

const markMatch = weighted(
  [3, phrase`${oneOf('meta mark', 'mark')} ${not}${mark}`],
  [
    1,
    phrase`meta mark ${oneOf('', '!= ')}${oneOf('0x1-0x9', '{ 0x1, 0x2 }', '{ 0x0-0x5, 0xf0 }', '@marks')}`,
  ],
  [2, phrase`meta mark & ${mask} ${oneOf('==', '!=')} ${mark}`],
  [1, phrase`meta mark & 0xff ${oneOf('', '!= ')}{ 0x1, 0x11 }`],
  [1, phrase`meta mark and $bits == ${mark}`],
  [1, phrase`meta mark ${oneOf('<', '>=')} ${mark}`],
);

function otherMatch(ground: Ground): Text {
  const { table, family } = ground;
  const ip = header(ground);
  return weighted(
    [
      3,
      phrase`fib daddr type ${oneOf('', '!= ')}${oneOf('local', 'unicast', 'multicast', '{ local, broadcast }')}`,
    ],
    [1, phrase`fib saddr type ${oneOf('', '!= ')}${oneOf('local', 'unicast')}`],
    [2, phrase`meta pkttype ${oneOf('', '!= ')}${oneOf('host', 'broadcast', '{ broadcast, multicast }')}`],
    [table === 'inet' ? 2 : 0, phrase`meta nfproto ${oneOf('', '!= ')}ipv${String(family)}`],
    [1, phrase`meta protocol ${ip}`],
    [
      1,
      phrase`${ip} saddr . meta mark { ${source(family)} . ${oneOf('0x0', '0x0-0xff')}, ${target(family)} . 0x1-0x2 }`,
    ],
    [
      1,
      phrase`${ip} saddr . ${ip} daddr ${oneOf('', '!= ')}${braces(concatenated(addressElement(family), address(family)))}`,
    ],
    [1, fc.constant(family === 4 ? 'ip frag-off & 0x1fff == 0' : 'exthdr frag missing')],
    [1, fc.constant(family === 4 ? 'ip version 4' : 'ip6 version 6')],
  );
}
