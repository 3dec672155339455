import { EXPORT_FIX } from './registry/read-registry.ts';

interface Refused {
  readonly message: string;
  readonly fix: string;
}

/** What people have at hand of a Windows computer instead of its rules, by what it begins with or its name; null for nothing of it. */
export function refusedForm(text: string, file: string): Refused | null {
  const head = text.slice(0, 4000);
  const found = FORMS.find(
    ({ isLike, ending }) => isLike?.test(head) === true || ending?.test(file) === true,
  );
  return found === undefined ? null : { message: found.message, fix: found.fix };
}

const FORMS: readonly (Refused & { readonly isLike: RegExp | null; readonly ending: RegExp | null })[] = [
  {
    isLike: /<(?:GPO|Rsop|report)\b[^>]*GroupPolicy|<GPO\b/i,
    ending: /gpreport\.xml$/i,
    message: 'a report of Group Policy, which leaves out parts of the rules',
    fix: 'give the Registry.pol of the policy, or on a computer: reg export HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall policy.reg',
  },
  {
    isLike: /^ElfFile\0/,
    ending: /\.evtx$/i,
    message: 'an event log, not the rules',
    fix: EXPORT_FIX,
  },
  {
    isLike: null,
    ending: /\.wfw$/i,
    message: 'an export of wf.msc or netsh advfirewall export (.wfw), whose format is not published',
    fix: `import it on a computer, then ${EXPORT_FIX}`,
  },
  {
    isLike: /^regf/,
    ending: null,
    message: 'a registry hive',
    fix: 'load it (reg load HKLM\\OFFLINE SYSTEM) and run reg export HKLM\\OFFLINE\\ControlSet001\\Services\\SharedAccess\\Parameters\\FirewallPolicy local.reg',
  },
  {
    // In other languages by its shape: a heading of ten columns or more, and rows that name a protocol.
    isLike:
      /^\ufeff?(?:"?Name"?[\t,;]"?Group"?[\t,;]"?Profile"?[\t,;]|(?:[^\t,;=|\r\n]*[\t,;]){9,}[^=|\r\n]*\r?\n[^\r\n]*[\t,;]"?(?:TCP|UDP|ICMPv[46])"?[\t,;])/,
    ending: null,
    message: 'a list that wf.msc exported, which leaves out the program scope and the IDs',
    fix: EXPORT_FIX,
  },
  {
    isLike:
      /^\ufeff?#Requires -RunAsAdministrator|^[ \t]*(?:New-NetFirewallRule\b|@?netsh advfirewall firewall add rule\b)|^@echo off\r?\nrem Who may connect/im,
    ending: null,
    message: 'a script that makes rules of Windows Defender Firewall, not the rules themselves',
    fix: `run it on its computer, then ${EXPORT_FIX}`,
  },
  {
    isLike: /^\s*No rules match the specified criteria\.\s*$/,
    ending: null,
    message: 'netsh found no rule, so it printed none',
    fix: 'give what netsh advfirewall firewall show rule name=all verbose prints',
  },
  {
    isLike: /^Rule Name:\s/m,
    ending: null,
    message: 'rules of netsh without the lines of dashes below their names',
    fix: 'give what netsh advfirewall firewall show rule name=all verbose prints, unchanged',
  },
  {
    isLike: /^DisplayName +: /m,
    ending: null,
    message: 'a list of Get-NetFirewallRule, which leaves out ports, addresses and programs',
    fix: EXPORT_FIX,
  },
];
