import type { DialectId } from '../../../src/firewall/dialect.ts';

/** Where the real tool and this program may differ, and why that is right. */
interface Exception {
  readonly dialects: readonly DialectId[];
  /** What whoever refuses says. */
  readonly message: RegExp;
  /** Only for such lines. */
  readonly line?: RegExp;
  readonly reason: string;
}

const NFT: readonly DialectId[] = ['nft', 'nft-json'];
const IPTABLES: readonly DialectId[] = ['iptables', 'ip6tables'];

export const EXCEPTIONS: readonly Exception[] = [
  // This program refuses.
  {
    dialects: ['nft'],
    message: /an include/,
    reason: 'a file of its own: refused with advice, as the documentation says',
  },
  {
    dialects: IPTABLES,
    message: /^no chain "/,
    reason: 'a built-in chain without its line keeps the policy the kernel has, which the file does not tell',
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
    line: /\d{11}|\+\d|\w\[|\]-/,
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
    line: /\/\d{10}/,
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
    dialects: ['nft'],
    message: /^expected the name of/,
    line: /\s[.\d]\S*|\s[\da-f]*:/i,
    reason: 'an address, a time or a number so long that nft takes it for a name, which nobody chooses',
  },
  // The real tool refuses.
  {
    dialects: NFT,
    message: /Interface does not exist/,
    reason: 'which interfaces there are depends on the machine',
  },
  { dialects: ['nft'], message: /unexpected \*/, reason: 'a star alone: no doubt what is meant' },
  {
    dialects: ['nft'],
    message: /expecting number/,
    line: /\d{20}/,
    reason: 'counters beyond 64 bits count nothing',
  },
  { dialects: ['nft'], message: /unexpected \+/, line: /priority/, reason: 'a sum the other way round' },
  {
    dialects: IPTABLES,
    message: /Error occurred at line/,
    line: /(--[a-z-]+) .*\1\b/,
    reason: 'an option of an unknown or assumed match twice',
  },
  {
    dialects: [...NFT, ...IPTABLES],
    message: /resolve hostname|host\/network .* not found/i,
    reason: 'what a name resolves to depends on the machine: its rule is kept as unknown',
  },
  {
    dialects: NFT,
    message: /^(?!.*syntax error)/,
    line: /element/,
    reason: 'elements of a set that no rule looks into decide nothing, so they are not read',
  },
  {
    dialects: ['nft'],
    message: /unexpected (?:'?\}'?|newline)|expecting newline or semicolon/,
    line: /\}|^\s*(?:table|chain|set|map)\b/,
    reason: 'a separator missing beside a brace leaves no doubt; later versions of nft take it',
  },
  {
    dialects: ['nft'],
    message: /syntax error, unexpected \w+, expecting (?:string|last)/,
    line: /^\s*(?:table|chain|set|map|add|create|flush)\b/,
    reason: 'words that one version of nft reserves and another does not, as names',
  },
  {
    dialects: ['nft'],
    message: /./,
    line: /^\s*(?:set|map) \S+ \{|^\s*(?:add|create) (?:set|map)/,
    reason: 'the heads of sets are not read: a rule tells of which type its key is',
  },
  {
    dialects: ['nft-json'],
    message: /unexpected '\{'|Malformed object/,
    line: /\d{17}|[\d.]e\d/i,
    reason: 'numbers too large for the JSON reader of nft, where nothing reads them',
  },
  {
    dialects: IPTABLES,
    message: /recent: |limit: |hashlimit: |statistic: |bad value for option|Bad action type|Bad class value/,
    reason:
      'the values of matches that are unknown by nature, and of targets that decide nothing, are not read',
  },
  {
    dialects: ['ipset'],
    message:
      /already specified|invalid as number|out of range|out of the range|cannot parse|Mandatory option|Null-valued element|Invalid skb|Unknown argument|Hash is full|cannot be used/,
    reason:
      'sizes of tables in memory and what is kept beside elements are not read; an element outside of the range of a set is one no packet has',
  },
  {
    dialects: ['ipset'],
    message: /range you specified|range must be specified/,
    line: /^create \S+ bitmap:/,
    reason: 'the range of a bitmap is not read: what is outside of it is not in the set either',
  },
  {
    dialects: IPTABLES,
    message: /Error occurred at line/,
    line: /-m recent .*--(?:mask|name|seconds|hitcount) /,
    reason: 'the values of -m recent --set, which adds and always matches, are not read',
  },
  {
    dialects: ['ipset'],
    message: /^set .*: not an/,
    reason: 'addresses written short',
  },
  {
    dialects: ['nft'],
    message: /Could not parse|Value .* exceeds|value too large|datatype mismatch|syntax error, unexpected/,
    line: /^(?!.*\bmark set\b).*\bset\b/,
    reason: 'what a rule sets that no question asks about is not read',
  },
  {
    dialects: NFT,
    message: /No such file or directory/,
    line: /\b(?:add|update|delete|flow add) @|"(?:set|map)":\s*"@|\bct (?:helper|timeout|expectation)\b|\bname\b/,
    reason: 'a listing of one chain lacks its sets and objects; these uses of them decide nothing',
  },
  {
    dialects: NFT,
    message: /./,
    line: /^\s*dup to [^;{}]*$/,
    reason: 'where a copy of the packet goes is not read',
  },
  {
    dialects: ['nft-json'],
    message: /./,
    line: /^\{"(?:set|map)"/,
    reason: 'the heads of sets are not read, nor their elements where no rule looks into them',
  },
  {
    dialects: NFT,
    message: /must be specified with address for inet/,
    reason: 'the family follows from the addresses, and versions of nft differ in how far they look for it',
  },
  {
    dialects: ['nft'],
    message: /unexpected newline/,
    line: /\bset [a-z]+\s*$/,
    reason: 'words that nft reserves, as names of marks, which a file of the machine may define',
  },
  {
    dialects: ['nft'],
    message: /unexpected string/,
    line: /element.*\b\d+(?:(?:\.\d+){1,2}\b(?!\.)|[a-z])/i,
    reason: 'addresses written short and numbers that run into letters, in a set that no rule looks into',
  },
  {
    dialects: IPTABLES,
    message: /chars max\)|name .* too long/,
    reason: 'how long the name of a chain may be depends on the version',
  },
  {
    dialects: IPTABLES,
    message: /bad|invalid|unknown|must|need|value|level|range|too (?:long|large|big)|error occurred/i,
    line: /-j (?:AUDIT|CHECKSUM|CLASSIFY|CONNSECMARK|CT|DSCP|ECN|IDLETIMER|LED|LOG|NFLOG|NFQUEUE|RATEEST|SECMARK|SET|TCPMSS|TCPOPTSTRIP|TEE|TOS|ULOG)\b/,
    reason: 'the values of targets that decide nothing are not read',
  },
  {
    dialects: NFT,
    message: /not supported/,
    line: /\bhook\b/,
    reason: 'which types of chains there are depends on the modules of the kernel',
  },
  {
    dialects: ['nft'],
    message: /syntax error, unexpected [a-z]|datatype mismatch/,
    line: /\b(?:[io]if(?:name)?|comment|prefix)\b/,
    reason:
      'words that one version of nft reserves and another does not, as interfaces and texts without quotes',
  },
  {
    dialects: NFT,
    message: /No such file or directory|File exists|resource busy/,
    line: /^\s*(?:delete|flush|create|destroy)\b|\bdevices? /,
    reason: 'what the kernel holds already, and which interfaces there are, the file does not tell',
  },
  {
    dialects: NFT,
    message: /No such file or directory/,
    line: /^\s*chain\b/,
    reason: 'a map that no rule looks into may name a chain that is not there',
  },
  {
    dialects: IPTABLES,
    message: /bad |Error occurred/i,
    line: /-[a-z-]+ ! /,
    reason: 'the ! behind an option, as old versions wrote it',
  },
  {
    dialects: NFT,
    message: /too long/,
    reason: 'how long names and comments may be depends on the version',
  },
  {
    dialects: ['nft'],
    message: /syntax error/,
    line: /\breset (?:tcp|ip|dccp|sctp) (?:option|chunk) /,
    reason: 'options of later versions: which one is taken out decides nothing',
  },
  {
    dialects: ['nft'],
    message: /unexpected newline/,
    line: /\blast\s*$/,
    reason: 'nft 1.0.6 misses the end of the line behind last, later versions do not',
  },
  {
    dialects: ['nft'],
    message: /syntax error, unexpected [a-z]+, expecting string/,
    line: /@[a-z]/,
    reason: 'words that one version of nft reserves and another does not, as names of sets',
  },
  {
    dialects: ['nft'],
    message: /exceeds valid range|Could not parse/,
    line: /\b(?:add|update) @[^{]*\{[^}]*:/,
    reason: 'what a rule puts into a map is not read: the map may hold anything',
  },
  {
    dialects: ['ipset'],
    message: /a port range runs backwards/,
    reason: 'ipset turns it round, and never saves it so',
  },
  {
    dialects: NFT,
    message: /level and group are mutually exclusive|Invalid log/,
    reason: 'how a packet is logged decides nothing',
  },
];
