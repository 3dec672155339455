// Registry exports of Windows Defender Firewall, the same in every run.

const KEY =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';

function exportOf(rules: readonly string[]): string {
  const profiles = ['DomainProfile', 'StandardProfile', 'PublicProfile'].flatMap((profile) => [
    `[${KEY}\\${profile}]`,
    '"EnableFirewall"=dword:00000001',
    '',
  ]);
  const head = ['Windows Registry Editor Version 5.00', '', `[${KEY}]`, '', ...profiles];
  return [...head, `[${KEY}\\FirewallRules]`, ...rules, '', ''].join('\r\n');
}

/** Most are for components of Windows, some for a port and a subnet, as on real machines; two of five are off or outbound. */
export function rulesExport(count: number): string {
  const rules = Array.from({ length: count }, (_, n) => {
    const action = n % 17 === 0 ? 'Block' : 'Allow';
    const profile = ['Profile=Domain|', 'Profile=Private|Profile=Public|', ''][n % 3] ?? '';
    const scope =
      n % 4 === 0
        ? `RA4=10.${n % 200}.${n % 250}.0/255.255.255.0|`
        : `App=%SystemRoot%\\\\system32\\\\svchost.exe|Svc=service${n % 90}|`;
    const head = `v2.30|Action=${action}|Active=${n % 5 < 2 ? 'FALSE' : 'TRUE'}|Dir=${n % 7 < 3 ? 'Out' : 'In'}`;
    const ports = `Protocol=${n % 2 === 0 ? 6 : 17}|${profile}LPort=${100 + ((n * 7) % 11_000)}`;
    return `"{rule-${n}}"="${head}|${ports}|${scope}Name=rule ${n}|"`;
  });
  return exportOf(rules);
}

/** Installed programs, each with a rule for TCP and one for UDP, as their pop-ups make them. */
export function programsExport(count: number): string {
  const rules = Array.from({ length: count }, (_, n) =>
    [6, 17].map((protocol) => {
      const action = n % 5 === 0 ? 'Block' : 'Allow';
      const head = `v2.30|Action=${action}|Active=TRUE|Dir=In|Protocol=${protocol}`;
      return `"{program-${n}-${protocol}}"="${head}|App=C:\\\\Programs\\\\p${n}\\\\program.exe|Name=program ${n}|"`;
    }),
  );
  return exportOf(rules.flat());
}
