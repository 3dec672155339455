import type fc from 'fast-check';
import { header, type Ground } from './ground.ts';
import { oneOf } from './phrase.ts';

/** What only something beside the packet tells. */
export function hostileMatch(ground: Ground): fc.Arbitrary<string> {
  const { family } = ground;
  const ip = header(ground);
  return oneOf(
    'limit rate 5/second',
    'limit rate over 5/second burst 3 packets',
    'limit rate over 10 kbytes/second',
    'quota over 3 kbytes',
    'quota 3 kbytes',
    'numgen inc mod 3 < 1',
    'numgen random mod 2 0',
    `jhash ${ip} saddr mod 4 0`,
    'meta skuid 0',
    'meta skuid != 1000',
    'meta length 20-100',
    'meta random < 2147483648',
    'meta cpu 0',
    'meta hour "00:00"-"12:00"',
    'meta day "Monday"',
    'meta priority 0',
    'iifgroup 0',
    'iiftype ether',
    'ct bytes > 100',
    'ct original packets < 3',
    'ct zone 0',
    'ct expiration < 10s',
    'ct id 5',
    'ct helper "ftp"',
    ...(family === 4
      ? [
          'ip ttl 64',
          'ip dscp cs0',
          'ip length < 100',
          'ip id 0',
          '@nh,96,32 0x0a4d0001',
          'ip option ssrr missing',
        ]
      : ['ip6 hoplimit 64', 'ip6 dscp cs0', 'ip6 length < 100', 'ip6 flowlabel 0']),
    '@th,64,8 0',
    'symhash mod 2 0',
    `${ip} saddr @seen${family}`,
    `${ip} saddr != @seen${family}`,
    `add @seen${family} { ${ip} saddr }`,
    `update @seen${family} { ${ip} saddr limit rate over 2/second }`,
    'rt classid 0',
    'ct count over 3',
    'meta time > "2020-01-01 00:00:00"',
    'meta cgroup 0',
    'meta rtclassid 0',
    'rt ipsec missing',
  );
}
