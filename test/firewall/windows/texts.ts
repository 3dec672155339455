// Exports of a Windows computer as tests write them.
export const LOCAL =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
export const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';

export type Profile = 'domain' | 'private' | 'public';

const LOCAL_KEYS = { domain: 'DomainProfile', private: 'StandardProfile', public: 'PublicProfile' } as const;
const POLICY_KEYS = { domain: 'DomainProfile', private: 'PrivateProfile', public: 'PublicProfile' } as const;

interface Store {
  /** ID to rule string. */
  readonly rules?: Readonly<Record<string, string>>;
  readonly settings?: Partial<Record<Profile, Readonly<Record<string, number>>>>;
}

/** A registry export of one store. */
export function reg(root: string, { rules = {}, settings = {} }: Store): string {
  const keys = root === LOCAL ? LOCAL_KEYS : POLICY_KEYS;
  const lines = ['Windows Registry Editor Version 5.00', '', `[${root}]`, ''];
  for (const [profile, values] of Object.entries(settings)) {
    lines.push(`[${root}\\${keys[profile as Profile]}]`);
    for (const [name, value] of Object.entries(values))
      lines.push(`"${name}"=dword:${value.toString(16).padStart(8, '0')}`);
    lines.push('');
  }
  lines.push(`[${root}\\FirewallRules]`);
  for (const [id, text] of Object.entries(rules))
    lines.push(`"${id.replaceAll('\\', '\\\\')}"="${text.replaceAll('\\', '\\\\')}"`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A rule string; of what is not said the usual. */
export function rule(parts: string, action = 'Allow'): string {
  return `v2.30|Action=${action}|Active=TRUE|Dir=In|Protocol=6|${parts}|Name=x|`;
}
