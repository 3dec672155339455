import { IPTABLES, NFT, type Exception } from './exceptions.ts';

/** What this program reads and the real tool refuses. Words nothing reads are found by trial: see unread.ts. */
export const TOOL_REFUSES: readonly Exception[] = [
  {
    dialects: NFT,
    message: /Interface does not exist/,
    reason: 'which interfaces there are depends on the machine',
  },
  { dialects: ['nft'], message: /unexpected \*/, reason: 'a star alone: no doubt what is meant' },
  {
    dialects: NFT,
    message: /resolve hostname/i,
    reason: 'what a name resolves to depends on the machine: its rule is kept as unknown',
  },
  {
    dialects: ['nft'],
    message: /unexpected '?\[/,
    line: /\[[\da-f:.]+-[\da-f:.]+\]/,
    reason: 'nft lists ranges of IPv6 before ports in brackets, and does not read them itself',
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
    dialects: NFT,
    message: /No such file or directory/,
    line: /\b(?:add|update|delete|flow add) @|"(?:set|map)":\s*"@|\bct (?:helper|timeout|expectation)\b|\bname\b/,
    reason: 'a listing of one chain lacks its sets and objects; these uses of them decide nothing',
  },
  {
    dialects: NFT,
    message: /must be specified with address for inet/,
    reason: 'the family follows from the addresses, and versions of nft differ in how far they look for it',
  },
  {
    dialects: IPTABLES,
    message: /chars max\)|name .* too long/,
    reason: 'how long the name of a chain may be depends on the version',
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
    dialects: NFT,
    message: /too long/,
    reason: 'how long names and comments may be depends on the version',
  },
  {
    dialects: ['nft'],
    message: /unexpected (?:newline|[a-z]+$)|No symbol type information/,
    line: /\blast(?: used \w+)?(?:\s+[a-z].*)?$/,
    reason: 'nft 1.0.6 misreads what is behind last, be it the end of the line; later versions do not',
  },
  {
    dialects: ['nft'],
    message: /syntax error, unexpected [a-z]+, expecting string/,
    line: /@[a-z]/,
    reason: 'words that one version of nft reserves and another does not, as names of sets',
  },
  {
    dialects: ['ipset'],
    message: /Element is out of the range of the set|Null-valued element/,
    reason: 'elements of no packet that is asked about: beyond the range of a bitmap, and 0.0.0.0',
  },
  {
    dialects: NFT,
    message: /known keys are/,
    line: /\bset\b|"mangle"/,
    reason: 'keys of later versions: what a rule sets that no question asks about decides nothing',
  },
  {
    dialects: ['ipset'],
    message: /it's already added/,
    reason: 'an element twice is in the set as one is',
  },
  {
    dialects: ['ipset'],
    message: /value of the CIDR parameter/,
    line: /\/0/,
    reason: 'the network of all addresses, which some types of sets hold and others do not',
  },
  {
    dialects: ['nft'],
    message: /unexpected [a-z]+$/,
    line: /\belements\b.*-\s*[a-z]/,
    reason: 'a word as the end of a range, in a set that no rule looks into',
  },
  {
    dialects: ['ipset'],
    message: /Kernel error received: Invalid argument/,
    line: /^add \S+ (?:0\.|::)/,
    reason: 'the address of nobody, as some types of sets refuse it',
  },
  {
    dialects: ['ipset'],
    message: /exceeds the size limit/,
    reason: 'how much a bitmap may hold the kernel tells',
  },
  {
    dialects: ['ipset'],
    message: /Hash is full/,
    reason: 'more elements than the set was made for, of one network written where it holds addresses',
  },
  {
    dialects: IPTABLES,
    message: /Set .* doesn't exist/,
    line: /-j SET/,
    reason: 'which sets there are the rules do not tell; what is added to them decides nothing',
  },
  {
    dialects: IPTABLES,
    message: /restore: line \d+ failed/,
    line: /-j (?:ULOG|LED|SECMARK|CT|SET|TCPMSS|TEE|IDLETIMER)|-m nfacct/,
    reason: 'targets and objects that depend on the modules and the state of the kernel, and decide nothing',
  },
  {
    dialects: IPTABLES,
    message: /invalid port\/service `[a-z]/i,
    line: /-p (?:sctp|dccp|udplite|132|33|136)\b/,
    reason: 'of which protocols a service has a name depends on the machine',
  },
  {
    dialects: IPTABLES,
    message: /Bad argument|[`"']!["']/,
    line: /\s--?[a-z-]+ ! /,
    reason: 'the ! behind an option, as old versions wrote it',
  },
  {
    dialects: NFT,
    message: /conflicting intervals/,
    line: /^\s*(?:(?:add )?(?:set|element)\b|elements\b[^:]*$|\{"set":)|,\s*$/,
    reason: 'elements of a set that overlap mean the same as their union, and other versions load them',
  },
  {
    dialects: NFT,
    message: /Could not resolve (?:service|protocol)/,
    line: /^\s*(?:(?:add )?(?:set|map|element)\b|elements\b|\{"(?:set|map|element)":)|,\s*$/,
    reason:
      'a name that a file of the machine may define, in a set that no rule looks into: a rule is kept as unknown',
  },
  {
    dialects: NFT,
    message: /unknown datatype/,
    reason: 'a type of a later version: what is in the set is unknown then',
  },
  {
    dialects: NFT,
    message: /Numerical result out of range/,
    line: /\b(?:expires|timeout)\b/,
    reason: 'how long elements stay in a set is not read',
  },
  {
    dialects: NFT,
    message: /zero or negative size/,
    line: /\b0\d+\./,
    reason: 'an address with a leading zero: its set is unknown',
  },
  {
    dialects: NFT,
    message: /No such file or directory/,
    line: /\bqueue\b/,
    reason: 'whether packets can be handed to programs depends on the modules of the kernel',
  },
  {
    dialects: ['nft'],
    message: /invalid priority expression value/,
    line: /hook (?:output priority dstnat|input priority srcnat)\b/,
    reason: 'names of priorities that a later nft takes on these hooks',
  },
  {
    dialects: NFT,
    message: /conflicting (?:[a-z]+ layer )?protocols specified/,
    reason:
      'tests that contradict each other: the rule matches no packet, and versions of nft differ in which they refuse',
  },
  {
    dialects: NFT,
    message: /protocol mapping is only valid after/,
    line: /\b(?:th|l4proto|proto|protocol|nexthdr|map)\b|@/,
    reason: 'what tells the transport in another way than nft 1.0.6 wants it, as later versions take it',
  },
  {
    dialects: NFT,
    message: /^refused$/,
    line: /\b[ds]nat\b.*\bmap @|"[ds]nat".*"map"/,
    reason: 'the family of what a map gives is not told, and nft 1.0.6 does not tell why it gives up',
  },
  {
    dialects: ['nft'],
    message: /syntax error, unexpected string/,
    line: /\b(?:set|map) .*[;{]\s*(?!(?:type|typeof|flags|timeout|gc-interval|size|policy|comment|elements|auto-merge|counter|limit|quota|ct|last)\b)[a-z]/,
    reason: 'a line of a later version in the head of a set: what is in the set is unknown then',
  },
  {
    dialects: ['nft-json'],
    message: /Object item not found: expr/,
    reason: 'a rule without statements, which nft lists and does not read',
  },
  {
    dialects: NFT,
    message: /conflicting intervals|File exists/,
    line: /map\b/,
    reason: 'elements of a map that overlap: which one counts is left open',
  },
  {
    dialects: NFT,
    message: /Statement after terminal statement has no effect/,
    reason: 'the kernel takes what follows a verdict and never runs it',
  },
  {
    dialects: ['nft'],
    message: /unexpected string/,
    line: /prefix ".*".*"/,
    reason: 'quotes within a log prefix, which nft lists as they are',
  },
  {
    dialects: ['nft-json'],
    message: /Unknown object passed/,
    line: /^\{"synproxy":/,
    reason: 'an object that nft lists and does not read',
  },
  {
    dialects: ['nft-json'],
    message: /Unknown \w+ field/,
    line: /"data":\s*"@/,
    reason: 'a field of a later version, looked for in a map that holds nothing',
  },
  {
    dialects: ['nft-json'],
    message: /\(null\)/,
    line: /[:[,]\s*-?\d+(?:\.0+|e\+?\d+)/i,
    reason: 'a number such as 1e3 or 22.0: no doubt which',
  },
  {
    dialects: ['nft-json'],
    message: /array item\(s\) left unpacked/,
    line: /"(?:[&|^]|<<|>>)":\s*\[/,
    reason: 'operators of three operands and more, which later versions of nft take',
  },
  {
    dialects: NFT,
    message: /cannot use tcp reset with this protocol|cannot infer ICMP reject variant/,
    line: /\b(?:l4proto|protocol|nexthdr|nfproto)\b/,
    reason: 'an answer behind a test for other protocols or another family: the rule matches no packet',
  },
  {
    dialects: NFT,
    message: /Invalid argument/,
    line: /\b[ds]nat\b.*\/0|"[ds]nat".*"len": ?0/,
    reason: 'the network of all addresses as a target: only the kernel refuses it',
  },
];
