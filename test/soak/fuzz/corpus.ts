import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DialectId } from '../../../src/firewall/languages/dialect.ts';

/** A ruleset to begin with. */
export interface Seed {
  readonly dialect: DialectId;
  readonly text: string;
}

const DIALECT_OF: Readonly<Record<string, DialectId>> = {
  '.nft': 'nft',
  '.json': 'nft-json',
  '.iptables-save': 'iptables',
  '.ip6tables-save': 'ip6tables',
  '.ipset': 'ipset',
};

/** Every ruleset among the fixtures of the dialects, and a few that none of them has. */
export function seeds(): readonly Seed[] {
  const root = path.join(import.meta.dirname, '..', '..', 'firewall');
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:fixtures|sources)\//.test(file))
    .sort()
    .flatMap((file): readonly Seed[] => {
      const dialect = DIALECT_OF[path.extname(file)];
      return dialect === undefined ? [] : [{ dialect, text: readFileSync(path.join(root, file), 'utf8') }];
    });
  return [...found, ...EXTRA];
}

const EXTRA: readonly Seed[] = [
  {
    dialect: 'ipset',
    text: `create nets hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
add nets 10.0.0.0/8
add nets 10.1.0.0/16 nomatch
create six hash:ip family inet6 hashsize 1024 maxelem 65536 timeout 300
add six fd00::1 timeout 0
create ports bitmap:port range 0-65535
add ports 102
create both hash:ip,port family inet hashsize 1024 maxelem 65536 counters comment
add both 10.0.0.1,tcp:102 packets 0 bytes 0 comment "a b"
add both 10.0.0.2,udp:10100
create triple hash:ip,port,net family inet hashsize 1024 maxelem 65536
add triple 10.0.0.1,tcp:102,10.2.0.0/16
create face hash:net,iface family inet hashsize 1024 maxelem 65536
add face 10.0.0.0/8,eth0
create map bitmap:ip range 10.0.0.0/24
add map 10.0.0.7
create mac hash:mac hashsize 1024 maxelem 65536
add mac 00:11:22:33:44:55
create marks hash:ip,mark family inet markmask 0xffffffff hashsize 1024 maxelem 65536
add marks 10.0.0.1,0x10
create all list:set size 8
add all nets
add all ports
`,
  },
  {
    dialect: 'iptables',
    text: `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [12:3456]
:own - [0:0]
[3:180] -A INPUT -m set --match-set nets src -j ACCEPT
[0:0] -A INPUT -p tcp -m set ! --match-set both src,dst -j own
-A INPUT -s 10.0.0.0/8,192.168.0.0/16 -m comment --comment "a \\"b\\" c" -j own
-I INPUT 1 -p tcp --dport ssh -g own
-I own ! -s 10.0.0.1 -j RETURN
-A own -p udp -m multiport ! --dports 1,2:3,10100 -j REJECT --reject-with icmp-admin-prohibited
COMMIT
`,
  },
  {
    dialect: 'nft',
    text: `#!/usr/sbin/nft -f
flush ruleset
define nets = { 10.0.0.0/8, 192.168.0.0/16 }
define port = 102
add table inet t
add set inet t s { type ipv4_addr; flags interval; elements = { $nets, 1.2.3.4 } }
add map inet t m { type inet_service : verdict; }
add element inet t m { 22 : accept, 23 : drop }
add chain inet t other
add chain inet t c { type filter hook input priority filter - 5; policy drop; }
add rule inet t c ip saddr @s tcp dport { $port, 10100-10103 } counter accept comment "x"
insert rule inet t c iifname "lo" accept
add rule inet t c tcp dport vmap @m
table ip6 u {
	chain c {
		type nat hook prerouting priority dstnat; policy accept;
		ip6 saddr fd00::/8 tcp dport 80 dnat to [fd00::1]:8080 \\
			persistent
		meta l4proto { tcp, udp } jump {
			th dport 53 accept; drop
		}
	}
}
`,
  },
];
