/** The example of the documentation. */
export const EXAMPLE = `# vwaudit.yaml
name: Maps, newsroom
hosts:
  maps-a: { address: [10.20.0.11, "fd00:20::11"], instances: 4, allocator: true }
  maps-b: { address: 10.20.0.12, instances: 2 }          # registers with maps-a's allocator
peers:
  client: [10.30.0.0/16, "fd00:30::/48"]
  config-tool: [10.20.9.5]
  web: []                                                 # [] = nobody; absent = not stated
reading: auto
`;

/** Site files that are right, each for something that could be thought wrong. */
export const GOOD_SITES: readonly (readonly [what: string, yaml: string])[] = [
  ['the documented example', EXAMPLE],
  ['one host and nothing else', 'hosts: { maps: { address: 10.0.0.1 } }'],
  ['JSON', '{"hosts": {"maps": {"address": ["10.0.0.1"], "instances": 3, "allocator": true}}, "peers": {}}'],
  ['a byte order mark', '\ufeffhosts: { maps: { address: 10.0.0.1 } }'],
  ['Windows line ends', 'hosts:\r\n  maps:\r\n    address: 10.0.0.1\r\n    instances: 2\r\n'],
  ['document marks', '---\nhosts: { maps: { address: 10.0.0.1 } }\n...\n'],
  ['an IPv6 address that needs no quotes', 'hosts: { maps: { address: fd00::1 } }'],
  ['a lone server', 'hosts: { maps: { address: 10.0.0.1, allocator: false } }'],
  ['an allocator-only host', 'hosts: { maps: { address: 10.0.0.1, instances: 0 } }'],
  [
    'several hosts, none with an allocator, one instance each',
    'hosts: { a: { address: 10.0.0.1 }, b: { address: 10.0.0.2 } }',
  ],
  [
    'the allocator is elsewhere',
    'hosts: { a: { address: 10.0.0.1, instances: 2, allocator: false } }\npeers: { allocator: [10.0.0.9] }',
  ],
  [
    'overlapping prefixes',
    'hosts: { a: { address: 10.0.0.1 } }\npeers: { client: [10.0.0.0/8, 10.1.0.0/16] }',
  ],
  ['one prefix without a list', 'hosts: { a: { address: 10.0.0.1 } }\npeers: { web: 10.0.0.0/8 }'],
  [
    'the same prefix for two roles',
    'hosts: { a: { address: 10.0.0.1 } }\npeers: { web: 10.0.0.0/8, client: 10.0.0.0/8 }',
  ],
  ['everybody', 'hosts: { a: { address: 10.0.0.1 } }\npeers: { client: [0.0.0.0/0, "::/0"] }'],
  ['the most instances the scheme has', 'hosts: { a: { address: 10.0.0.1, instances: 201 } }'],
  ['table has one fewer', 'reading: table\nhosts: { a: { address: 10.0.0.1, instances: 200 } }'],
  ['the largest offset', 'port-offset: 55234\nhosts: { a: { address: 10.0.0.1 } }'],
  ['a key like a host name', 'hosts: { Maps-A.news_room.example: { address: 10.0.0.1 } }'],
  [
    'a key like a word of YAML',
    'hosts: { true: { address: 10.0.0.1 }, null: { address: 10.0.0.2 }, constructor: { address: 10.0.0.3 } }',
  ],
  ['a name in any script', 'name: "Kartor, nyhetsrummet – 地図 🗺"\nhosts: { a: { address: 10.0.0.1 } }'],
];
