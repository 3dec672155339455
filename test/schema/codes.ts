import type { PlainReason, Reason } from '../../src/firewall/model/reason.ts';
import { FINDINGS } from '../../src/verdict/findings/registry.ts';
import { PLAIN, reasonText } from '../../src/verdict/trace/text/reason-text.ts';

/** One reason of each code that has arguments. */
const EXAMPLES: {
  readonly [C in Exclude<Reason['code'], PlainReason>]: Extract<Reason, { readonly code: C }>;
} = {
  'missing-rules': {
    code: 'missing-rules',
    gap: { code: 'legacy-tables', families: [4], file: 'ruleset.save', line: 1, sign: '# Warning' },
  },
  'to-chain': { code: 'to-chain', chain: 'input' },
  'listening-port': { code: 'listening-port', port: 8102 },
  refused: { code: 'refused', with: 'icmp-port-unreachable' },
  'set-not-given': { code: 'set-not-given', set: 'viz' },
  'unread-set-option': { code: 'unread-set-option', set: 'viz', option: 'forceadd' },
  'unknown-set-dimension': { code: 'unknown-set-dimension', dimension: 'iface' },
  'unknown-match-module': { code: 'unknown-match-module', nearest: 'multiport' },
  'no-such-chain-or-target': { code: 'no-such-chain-or-target', nearest: 'ACCEPT' },
  translated: { code: 'translated', address: '10.20.0.12', port: 102, lead: 'to-another-machine' },
  'drops-neighbour-message': {
    code: 'drops-neighbour-message',
    message: 'neighbour-solicitation',
    needed: 'always',
  },
  'only-neighbours-dropped': { code: 'only-neighbours-dropped', protocol: 'arp' },
  'rule-grammar': { code: 'rule-grammar', part: 'LPort=102 before Protocol' },
  'rule-key': { code: 'rule-key', key: 'NewKey' },
  'rule-version': { code: 'rule-version', version: 'v3.0' },
  'listener-program': { code: 'listener-program', program: 'C:\\viz\\viz.exe' },
  'listener-service': { code: 'listener-service', service: 'VizSvc' },
  'address-keyword': { code: 'address-keyword', keyword: 'LocalSubnet' },
  'filter-not-given': { code: 'filter-not-given', filter: 'Get-NetFirewallPortFilter' },
  'same-rule-id': { code: 'same-rule-id', id: 'r1', places: ['local.reg:7', 'policy.reg:9'] },
  'not-in-other-export': { code: 'not-in-other-export', file: 'older.reg' },
  'other-product': { code: 'other-product' },
  'store-not-given': { code: 'store-not-given', store: 'policy' },
  'setting-not-given': { code: 'setting-not-given', setting: 'EnableFirewall' },
  'setting-unclear': { code: 'setting-unclear', setting: 'DefaultInboundAction=3', because: 'value' },
  'cut-export': { code: 'cut-export', lacks: 'the empty line of reg export' },
  'unread-setting': {
    code: 'unread-setting',
    setting: 'domainprofile\\icmpsettings\\AllowInboundEchoRequest',
  },
  'misspelt-name': { code: 'misspelt-name', name: 'EnableFirewal', perhaps: 'EnableFirewall' },
  'entries-left-out': { code: 'entries-left-out', count: 12 },
  'no-route': { code: 'no-route', to: null },
  'not-forwarding': { code: 'not-forwarding', family: 4, settings: ['net.ipv4.ip_forward'] },
  'interface-down': { code: 'interface-down', interface: 'eth1' },
  'ipv6-off': { code: 'ipv6-off', interface: 'eth1' },
  'routing-rule': { code: 'routing-rule', rule: '10: from all to 10.99.0.0/16 blackhole', family: 4 },
  'ipsec-policy': {
    ...{ code: 'ipsec-policy', policy: 'dir in src 10.30.0.0/16 dst 10.20.0.11', does: 'block' },
  },
  'not-its-address': { code: 'not-its-address', address: '10.20.0.11', host: 'maps-a' },
  'reverse-path': {
    ...{ code: 'reverse-path', from: ['10.30.0.0/16'], interface: 'eth1', routed: 'eth0' },
  },
  'no-common-family': {
    ...{ code: 'no-common-family', role: 'client', from: 6, host: 'maps-a', to: 4 },
  },
  'route-into-tunnel': {
    ...{ code: 'route-into-tunnel', family: 4, route: '10.30.0.0/16', table: 'main' },
  },
  'no-gateway': {
    ...{ code: 'no-gateway', family: 4, route: 'default', table: 'main', interface: 'eth1' },
  },
  'own-hop-limit': { code: 'own-hop-limit', limit: 1, setting: 'net.ipv4.ip_default_ttl' },
  'route-hop-limit': {
    ...{ code: 'route-hop-limit', limit: 1, family: 4, route: '10.30.0.0/16', table: 'main' },
  },
  'no-arp': { code: 'no-arp', interface: 'eth1' },
  'arp-ignored': { code: 'arp-ignored', interface: 'eth1', address: null, answers: 'nothing' },
  'fixed-neighbour': {
    ...{ code: 'fixed-neighbour', address: '10.30.0.5', interface: 'eth1' },
    ...{ linkAddress: '02:00:00:00:00:99', more: 0 },
  },
  'route-by-port': { code: 'route-by-port', interface: 'eth1', master: 'br0' },
  'frames-not-passed': { code: 'frames-not-passed', bridge: 'br0', port: 'eth1', does: 'isolated' },
  'packet-program': { code: 'packet-program', interface: 'eth1', kind: 'xdp' },
  'arp-rules': { code: 'arp-rules' },
  'family-not-covered': { code: 'family-not-covered', family: 6, emptyFiles: [] },
};

/** The text of docs/codes.md. */
export function codesText(): string {
  const findings = Object.entries(FINDINGS).sort(([a], [b]) => (a < b ? -1 : 1));
  const reasons = {
    ...PLAIN,
    ...Object.fromEntries(Object.values(EXAMPLES).map((r) => [r.code, reasonText(r)])),
  };
  return (
    [
      '# Codes',
      'Written by `npm run schema` from `src/verdict/findings/codes/` and `src/verdict/trace/text/reason-text.ts`. A newer version may know more codes.',
      '## Findings',
      'The `code` of a finding in the JSON of `check`, `audit` and `merge`. Each is an error, a warning or a note (`--fail-on`).',
      ...findings.map(
        ([code, { severity, title, meaning }]) => `### ${code}\n\n${title} (${severity}). ${meaning}`,
      ),
      '## Reasons',
      'Why something is undecided, or what the effect of a rule alone does not tell: `reasons` in the JSON of `audit` and `trace`. The text of some has further arguments, shown here by an example.',
      [
        '| code | text |',
        '|---|---|',
        ...Object.entries(reasons).map(([code, text]) => `| \`${code}\` | ${text} |`),
      ].join('\n'),
    ].join('\n\n') + '\n'
  );
}
