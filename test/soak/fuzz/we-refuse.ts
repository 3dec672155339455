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
    line: /^(?:-[^AIN]|")/,
    reason: 'commands that change what is loaded, and options before the command: no save file has them',
  },
  {
    dialects: IPTABLES,
    message: /^not a policy for chain [A-Z]+ "-"/,
    reason: 'a built-in chain keeps the policy the kernel has, which the file does not tell',
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
    line: /\d{11}|\w\[|\][^:\s]|\[\]/,
    reason:
      'numbers beyond 32 bits, which the tool cuts without a word, words beside a bracket or none within',
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
    line: /\/(?:\d{10}|0x[\da-f]{9})|"len": ?\d{10}/i,
    reason: 'numbers beyond 32 bits, which nft cuts',
  },
  {
    dialects: IPTABLES,
    message: /./,
    line: /[\s"]-(?:h|\d*[46])/,
    reason: '-h prints help and loads nothing; behind -4 or -6 a rule of the other family is not read',
  },
  {
    dialects: [...NFT, ...IPTABLES],
    message: /^not an IPv4 address/,
    line: /::ffff:/i,
    reason: 'an IPv4 address in the clothes of IPv6, which the tools take and never print',
  },
  {
    dialects: IPTABLES,
    message: /^not (?:a network mask|an IPv\d address or network)/,
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
    message: /"[^"]*\+\d[^"]*"$/,
    reason: 'a plus sign before a number, which no save file has',
  },
  {
    dialects: ['ipset', ...IPTABLES],
    message: /^a quoted word does not end/,
    reason: 'a quote that its line does not end: the tools drop what it holds, which nobody means',
  },
  {
    dialects: IPTABLES,
    message: /^(?:a word that belongs to no option|two !)/,
    line: /-[io] +! +-/,
    reason: 'the tools take ! for the name of an interface, which nobody chooses',
  },
  {
    dialects: IPTABLES,
    message: /^unknown option -[sdpioj]./,
    reason: 'an option and its value in one word, which the tools take as a whole for the value',
  },
  {
    dialects: IPTABLES,
    message: /^not a network mask/,
    line: /-j NETMAP|--ct(?:orig|repl)(?:src|dst) /,
    reason: 'a mask longer than an address, of which the tool makes another',
  },
  {
    dialects: ['ipset'],
    message: /^not a (?:line of ipset save|type of set)/,
    line: /^(?!create|add)|^create \S+ [a-z]+(?: |$)/,
    reason: 'commands that change what is there, and what types were called before version 5',
  },
  { dialects: NFT, message: /^not a value of type/, line: /\b0\d*[89]/, reason: 'neither octal nor decimal' },
  {
    dialects: ['ipset'],
    message: /^an element of .* has \d parts/,
    line: /,[^ ]*,|,[\f\v]/,
    reason: 'a comma or a form feed in the name of an interface',
  },
  {
    dialects: ['ipset'],
    message: /^(?:set .*: not an|not a value of (?:range|from|to) "\d+(?:\.\d+){0,2}[/"-])/,
    reason: 'addresses written short',
  },
  {
    dialects: ['nft'],
    message: /^not a code of/,
    line: /0x[\da-f]+/i,
    reason: 'a code in hexadecimal, which nft never prints',
  },
  {
    dialects: IPTABLES,
    message: /^not a port "\d{5,}"/,
    reason: 'ports beyond 16 bits, which the C library cuts',
  },
  {
    dialects: IPTABLES,
    message: /^not a network mask "0\d/,
    reason: 'a leading zero in a mask, which no save file has',
  },
  {
    dialects: ['nft-json'],
    message: /^a base chain without a known type, hook and priority/,
    line: /"(?:hook|type)":\s*[^"\s]|"prio":\s*[^-\d\s]|^(?!.*"hook":.)|^(?!.*"type":.)|^(?!.*"prio":.)/,
    reason: 'one of the three left out, or of another type than it should be: nft makes it no base chain',
  },
];
