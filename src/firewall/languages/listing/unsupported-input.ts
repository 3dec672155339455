import { refusedForm } from '../windows/refused-forms.ts';

/** What a text is that no dialect knows, as far as it shows; `fix` null where any ruleset would do. */
export function whatElse(
  text: string,
  file: string,
): { readonly message: string; readonly fix: string | null } {
  if (text.trim() === '') {
    // So is the output of a command that failed.
    const fix = 'if the machine has no rules, give the output of nft -j list ruleset, which shows that';
    return { message: 'the ruleset is empty', fix };
  }
  const collector = COLLECTORS.find(({ isLike }) => isLike.test(text));
  if (collector !== undefined) return collector;
  const ofWindows = refusedForm(text, file);
  if (ofWindows !== null) return ofWindows;
  // The second byte of gzip's mark is no UTF-8, so decoding replaced it.
  if (text.startsWith('\u001f\ufffd')) return { message: 'the ruleset is compressed with gzip', fix: null };
  if (text.slice(0, 1000).includes('\0')) {
    const message = 'the ruleset is not text: binary, or UTF-16 without a byte order mark';
    return { message, fix: null };
  }
  if (PROMPTED.test(text))
    return { message: 'line 1 is a shell prompt', fix: 'remove all lines that are not output of the tool' };
  if (/^[^\n]*\u00a0/m.test(text))
    return {
      message: 'non-breaking spaces instead of spaces, as in text copied from a web page or mail',
      fix: 'give the file as the tool wrote it, or replace them with spaces',
    };
  const found = OTHERS.find(({ isLike }) => isLike.test(text));
  return found ?? { message: 'not a ruleset of a known dialect', fix: null };
}

/** What a terminal shows before a command, and the command. */
const PROMPTED =
  /^\s*(?:\[?[\w.-]+@[\w.-]+[^\n]{0,60}[#$>%]|PS [^\n>]*>|[#$]) *(?:sudo +)?\S*(?:ip6?tables|nft|ipset)\b/;

const SAVE = 'give the output of iptables-save, and of ip6tables-save';
const LIST = 'give the output of nft list ruleset';

interface Other {
  readonly isLike: RegExp;
  readonly message: string;
  readonly fix: string;
}

const COLLECTORS: readonly Other[] = [
  {
    isLike: /^#.* Written by "vwaudit collect --script powershell"/m,
    message: 'the script of vwaudit collect, not the file it writes',
    fix: 'run it on the Windows computer as administrator: powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 -Out machine.json; then give machine.json',
  },
  {
    isLike: /^#.* Written by "vwaudit collect --script sh"/m,
    message: 'the script of vwaudit collect, not what it prints',
    fix: 'run it on the machine as root: sudo sh collect.sh > machine.json; then give machine.json',
  },
];

/** What people have at hand instead of the rules a kernel has loaded. */
const OTHERS: readonly Other[] = [
  {
    isLike: /^Chain \S+ \((?:policy |\d+ references)/m,
    message: 'the output of iptables -L, which omits parts of the rules',
    fix: SAVE,
  },
  {
    isLike: /^-P (?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING) (?:ACCEPT|DROP)/m,
    message: 'the output of iptables -S, which does not name the table',
    fix: SAVE,
  },
  {
    isLike: /^> ?(?:[ \t]*(?:table|chain|\*|:|-A|#|create|add|\{))/m,
    message: 'text quoted in a mail: lines begin with ">"',
    fix: 'give the file as the tool wrote it',
  },
  { isLike: /^Status: (?:in)?active/m, message: 'the output of ufw status, which is a summary', fix: SAVE },
  {
    isLike: /^[ \t]*<(?:zone|policy|service|ipset|direct)\b/m,
    message: 'a configuration file of firewalld, not the rules it makes',
    fix: `${LIST}, or of iptables-save`,
  },
  {
    isLike: /^config (?:defaults|zone|rule|redirect|forwarding)\b/m,
    message: "OpenWrt's firewall configuration, not the rules it makes",
    fix: `${LIST}, or of iptables-save`,
  },
  {
    // Also $IPTABLES and "$IPT", as scripts like to call it.
    isLike:
      /^[ \t]*(?:sudo +)?(?:\S*\/)?(?:"?\$\{?\w*(?:IPT|ipt)\w*\}?"?|ip6?tables|nft|ipset|ufw|firewall-cmd)\s+-?-?\w/m,
    message: 'a script that sets rules, not the rules themselves',
    fix: 'run it on its machine, then give the output of iptables-save or nft list ruleset there',
  },
];
