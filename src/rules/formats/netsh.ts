import { InputError } from '../../input-error.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { formatPortRange } from '../../net/port-range.ts';
import type { Accept } from '../policy/policy.ts';
import { describeAccept, type RuleFormat } from '../policy/rule-format.ts';
import { commentLine } from '../policy/rule-text.ts';
import { ascii, DEFAULT_PROFILES, remoteSources, UNSUPPORTED } from './windows-accepts.ts';

const GROUP = 'VWAudit';

/** A batch file of netsh commands, for computers where no PowerShell script may run. */
export const netsh: RuleFormat = {
  title: 'Windows Firewall: a batch file of netsh commands with allow rules of one name',
  template: 'netsh.liquid',
  file: 'vwaudit.cmd',
  unsupported: UNSUPPORTED,
  lineEnd: '\r\n',
  syntax: {
    comment: (text) => plain(commentLine(text)),
    list: (words) => words.join(','),
    quote: (text) => `"${plain(text)}"`,
  },
  load: (file) => (/^[\w.:\\/-]+$/.test(file) ? file : `"${plain(file)}"`),
  remove: () => `netsh advfirewall firewall delete rule name=${GROUP}`,
  notices: () => [
    'run it as administrator',
    'the rules only allow: the default inbound action of the profile refuses, and other rules may admit others (check with vwaudit audit)',
  ],
  view: ({ accepts }, { profiles }) => ({
    group: GROUP,
    profiles: profiles ?? DEFAULT_PROFILES,
    rules: accepts.map((accept) => ({
      name: `Viz World: ${describeAccept(accept)} (${accept.transport.toUpperCase()})`,
      protocol: accept.transport.toUpperCase(),
      ports: accept.ports.map((range) => formatPortRange(range)),
      sources: sourceWords(accept),
    })),
  }),
};

/** A command of cmd.exe has at most 8,191 characters. */
const MAX_SOURCES_TEXT = 7000;

function sourceWords(accept: Accept): readonly string[] {
  const words = remoteSources(accept)?.map(formatPrefix) ?? ['any'];
  if (words.join().length <= MAX_SOURCES_TEXT) return words;
  throw new InputError({
    code: 'not-in-this-format',
    message: `${words.length} networks of ${accept.roles.join(' or ')} do not fit into one command of netsh`,
    value: `${words.slice(0, 3).join(', ')}, ...`,
    fix: 'give fewer, wider networks, or use --format windows',
  });
}

/** Nothing that means something to cmd.exe, in a remark either: it expands variables and joins lines there too. */
function plain(text: string): string {
  return ascii(text).replaceAll(/[%^&|<>"!]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
