/** Clients get in; the configuration tool does not, and others reach port 10101. */
export const RULES = `table inet t {
  chain c {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ip saddr 10.30.0.0/16 tcp dport { 102, 10100 } accept
    tcp dport 10101 accept
  }
}
`;

/** The machine they run on. */
export const SITE = [
  ...['-i', '2', '--host', '10.20.0.11'],
  ...['--allow', 'client=10.30.0.0/16', '--allow', 'config-tool=10.20.9.5'],
];
