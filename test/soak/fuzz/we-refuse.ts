import { IPTABLES, NFT, type Exception } from './exceptions.ts';

/** What a real tool loads and this program refuses. */
export const WE_REFUSE: readonly Exception[] = [
  {
    dialects: ['nft'],
    message: /an include/,
    reason: 'a file of its own: refused with advice, as the documentation says',
  },
  {
    dialects: IPTABLES,
    message: /^not a line of iptables-save/,
    line: /^-[^AIN]/,
    reason: 'commands that change what is loaded, and options before the command: no save file has them',
  },
  {
    dialects: IPTABLES,
    message: /^unknown option -[h\d]/,
    reason:
      '-h prints help and loads nothing; -4 and -6 with more behind them are a rule of the other family',
  },
  {
    dialects: [...IPTABLES, 'ipset'],
    message: /^not a (?:port|number|destination)/,
    line: /\d{11}|\+\d|\w\[|\][^:\s]/,
    reason: 'numbers beyond 32 bits, which the tool cuts without a word, a plus sign, words beside a bracket',
  },
  {
    dialects: NFT,
    message: /^not a priority/,
    line: /\d{10}|0x[\da-f]{8}/i,
    reason: 'numbers beyond 31 bits, which nft cuts',
  },
  {
    dialects: NFT,
    message: /^a prefix length out of range/,
    line: /\/(?:\d{10}|0x[\da-f]{9})/i,
    reason: 'numbers beyond 32 bits, which nft cuts',
  },
  {
    dialects: IPTABLES,
    message: /./,
    line: /\s-h/,
    reason: '-h prints help and loads nothing',
  },
  {
    dialects: NFT,
    message: /^not an IPv4 address/,
    line: /::ffff:/i,
    reason: 'an IPv4 address in the clothes of IPv6, which nft takes and never prints',
  },
  {
    dialects: IPTABLES,
    message: /^not a network mask/,
    line: /\/[^\s,]*\//,
    reason: 'a mask behind a mask',
  },
  {
    dialects: IPTABLES,
    message: /^not an IPv4 address "[\dx.-]*"/,
    reason: 'addresses written short, which no save file has',
  },
  {
    dialects: ['ipset', ...IPTABLES],
    message: /not a network mask/,
    line: /\/\+\d/,
    reason: 'a plus sign, which no save file has',
  },
  { dialects: NFT, message: /^not a value of type/, line: /\b0\d*[89]/, reason: 'neither octal nor decimal' },
  {
    dialects: ['ipset'],
    message: /range runs backwards/,
    reason: 'ipset turns it round, and never saves it so',
  },
  {
    dialects: ['ipset'],
    message: /^set .*: not an/,
    reason: 'addresses written short',
  },
  {
    dialects: IPTABLES,
    message: /^not a TCP flag ""/,
    reason: 'nothing between two commas, which no save file has',
  },
  {
    dialects: ['nft'],
    message: /^not a code of/,
    line: /0x[\da-f]+/i,
    reason: 'a code in hexadecimal, which nft never prints',
  },
  {
    dialects: IPTABLES,
    message: /^not a port "\d{6,}"/,
    reason: 'ports beyond 16 bits, which the C library cuts',
  },
  {
    dialects: IPTABLES,
    message: /^not a network mask "0\d/,
    reason: 'a leading zero in a mask, which no save file has',
  },
  {
    dialects: IPTABLES,
    message: /^an address range runs backwards/,
    reason: 'no packet is in such a range, which nobody can have meant',
  },
  {
    dialects: ['nft-json'],
    message: /^a base chain without a known type, hook and priority/,
    line: /"(?:hook|type)":\s*[^"\s]|"prio":\s*[^-\d\s]/,
    reason: 'a value of another type than it should be, which nft takes as none at all',
  },
];
