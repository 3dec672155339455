import { boolean, custom, option, string } from '@oclif/core/flags';
import { InputError } from '../../input-error.ts';
import { DIALECT_IDS, type DialectId } from '../../firewall/languages/dialect.ts';
import { isInterfaceName, STATED_INTERFACE_FIX } from '../../firewall/model/interface-name.ts';
import { parseAddress, type Address } from '../../net/address.ts';
import { parsePrefix, type Prefix } from '../../net/prefix.ts';
import { ROLES, type Role } from '../../deployment/role.ts';
import { whoText, type StatedInterface } from '../../ports/stated-interfaces.ts';
import { isProgramPath } from '../../firewall/languages/windows/lower/program-path.ts';
import { PROFILES, type Profile } from '../../firewall/languages/windows/policy/profile.ts';
import type { WindowsOptions } from '../../usecases/audit/windows-options.ts';
import type { Dialects } from '../../usecases/audit/dialects.ts';
import { checkFlags } from './check-flags.ts';

/** How rulesets are read, and where the machine that runs them stands: shared by `audit` and `trace`. */
export const rulesetFlags = {
  dialect: string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '[FILE=]DIALECT',
    description:
      `Dialect of the files, or of one file (repeatable): ${['auto', ...DIALECT_IDS].join(', ')}; ` +
      'auto: by content and name.',
  }),
  hook: option({
    options: ['input', 'forward', 'output'] as const,
    default: 'input' as const,
    description: 'Netfilter hook: input (server), forward (gateway), output (client).',
  })(),
  'self-address': custom<Address>({
    helpValue: 'ADDR',
    description:
      'Address of the machine that runs the rules (repeatable); DNAT to any other address goes to another machine.',
    multiple: true,
    multipleNonGreedy: true,
    parse: (text) => Promise.resolve(parseAddress(text, '--self-address')),
  })(),
  forwarding: boolean({
    description:
      'The machine that runs the rules forwards packets (sysctl net.ipv4.ip_forward=1, net.ipv6.conf.all.forwarding=1): a gateway routes between the ends, and DNAT to another machine gets through.',
  }),
  profile: option({
    options: PROFILES,
    helpGroup: 'WINDOWS',
    description: 'Network profile of the interface; without it all three count.',
  })(),
  program: string({
    helpGroup: 'WINDOWS',
    helpValue: 'PATH',
    parse: (text) => Promise.resolve(parseProgram(text)),
    description:
      'Program that listens: its absolute path, System for http.sys; without it an ordinary program: no Windows component, service or app package.',
  }),
  service: string({
    helpGroup: 'WINDOWS',
    helpValue: 'NAME',
    description: 'Service that owns the socket; unknown if it may be one.',
  }),
  'local-subnet': custom<Prefix>({
    helpGroup: 'WINDOWS',
    helpValue: 'PREFIX',
    description: 'Subnet the computer is on (repeatable): what LocalSubnet stands for.',
    multiple: true,
    multipleNonGreedy: true,
    parse: (text) => Promise.resolve(parsePrefix(text, '--local-subnet')),
  })(),
  complete: boolean({
    helpGroup: 'WINDOWS',
    description:
      'The files are everything: no Group Policy besides them, and defaults for the settings they do not list.',
  }),
};

/** A name without a folder fits no rule, and would be taken for another program. */
function parseProgram(text: string): string {
  if (isProgramPath(text)) return text;
  throw new InputError({
    code: 'bad-program',
    message: `--program: "${text}" is not an absolute path`,
    value: text,
    fix: 'give the whole path, for example "C:\\Program Files\\Vizrt\\VizWorld\\vizworld.exe", or System for http.sys',
  });
}

/** What the Windows flags state. */
export function windowsOptionsOf(flags: {
  readonly profile?: Profile | undefined;
  readonly program?: string | undefined;
  readonly service?: string | undefined;
  readonly 'local-subnet'?: readonly Prefix[] | undefined;
  readonly complete: boolean;
}): WindowsOptions {
  return {
    profile: flags.profile ?? null,
    program: flags.program ?? null,
    service: flags.service ?? null,
    localSubnets: flags['local-subnet'] ?? [],
    isComplete: flags.complete,
  };
}

/** What `vwaudit audit` takes beside the site. */
export const auditFlags = {
  ...rulesetFlags,
  verbose: boolean({
    description:
      'Show every flow in a row of its own, with the text of the rules that decide, and list the rules for other programs (Windows).',
  }),
  interface: custom<StatedInterface>({
    helpValue: '[WHO=]NAME',
    description:
      'Interface that connections enter by (--hook output: leave by); WHO is a role, outsider or a network (repeatable). ' +
      'Without WHO: the interface of the roles that must get in; with --hook forward of the one role that has no other. ' +
      'Not for Windows rules, which go by network profile (--profile).',
    multiple: true,
    multipleNonGreedy: true,
    parse: (text) => Promise.resolve(parseInterface(text)),
  })(),
  'out-interface': custom({
    helpValue: 'NAME',
    description:
      'With --hook forward: the interface towards the hosts. A network of --interface that has a host says it too.',
    parse: (text) => Promise.resolve(interfaceOf(text, '--out-interface').name),
  })(),
  'rules-of': string({
    aliases: ['self'],
    helpValue: 'HOST',
    description: 'Audit these rules for this host only.',
  }),
  'fail-on': checkFlags['fail-on'],
};

/** `eth0`, `client=eth0` or `10.30.0.0/16=eth0`. */
export function parseInterface(text: string): StatedInterface {
  return interfaceOf(text, '--interface');
}

function interfaceOf(text: string, flag: '--interface' | '--out-interface'): StatedInterface {
  const equals = text.indexOf('=');
  const who = equals < 0 ? null : whoOf(text.slice(0, equals));
  const name = text.slice(equals + 1);
  if (name === 'lo') throw loopback(text, flag);
  if (isInterfaceName(name)) return { who, name };
  throw new InputError({
    code: 'bad-interface',
    message: `${flag}: "${name}" is not the name of a Linux network interface`,
    value: name,
    fix: STATED_INTERFACE_FIX,
  });
}

function loopback(text: string, flag: string): InputError {
  return new InputError({
    code: 'bad-interface',
    message: `${flag}: "lo" is the loopback interface; no other machine connects through it`,
    value: text,
    fix: 'give the interface towards the other machines; loopback traffic is known to use lo',
  });
}

function whoOf(text: string): Role | 'outsider' | Prefix {
  if (text === 'outsider') return text;
  const role = ROLES.find((one) => one === text);
  if (role !== undefined) return role;
  // What has neither dot nor colon was meant as a role.
  if (/[.:]/.test(text)) return parsePrefix(text, '--interface');
  throw new InputError({
    code: 'bad-role',
    message: `--interface: "${text}" is not a role`,
    value: text,
    fix: `write for example eth0 or client=eth0; before "=" give one of ${ROLES.join(', ')}, outsider, an address or a prefix`,
  });
}

/** @throws InputError where two interfaces are given for the same somebody */
export function refuseInterfacesTwice(interfaces: readonly StatedInterface[]): void {
  const known = new Set<string>();
  for (const { who, name } of interfaces) {
    const key = whoText(who) ?? '';
    if (known.has(key)) {
      throw new InputError({
        code: 'interface-twice',
        message: `--interface: ${key === '' ? 'everybody' : key} is given twice`,
        value: name,
        fix: 'give one interface for each role or network: --interface client=eth0 --interface config-tool=eth1',
      });
    }
    known.add(key);
  }
}

/** @throws InputError for what is no dialect, or two for all files. */
export function dialectsOf(words: readonly string[] = []): Dialects {
  const ofFile = new Map<string, DialectId>();
  let ofOthers: DialectId | null | undefined;
  for (const word of words) {
    const at = word.lastIndexOf('=');
    const name = word.slice(at + 1);
    const dialect = DIALECT_IDS.find((id) => id === name) ?? (name === 'auto' ? null : undefined);
    if (dialect === undefined) throw badDialect(word, `"${name}" is not a dialect`);
    if (at < 0 && ofOthers !== undefined) throw badDialect(word, 'more than one dialect for all files');
    if (at < 0) ofOthers = dialect;
    else if (dialect !== null) ofFile.set(word.slice(0, at), dialect);
  }
  return { ofFile, ofOthers: ofOthers ?? null };
}

function badDialect(word: string, message: string): InputError {
  return new InputError({
    code: 'bad-dialect',
    message: `--dialect: ${message}`,
    value: word,
    fix: `give one of ${['auto', ...DIALECT_IDS].join(', ')}, or FILE=DIALECT, for example rules.v6=ip6tables`,
  });
}
