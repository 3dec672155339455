import { parsePrefix } from '../../../src/net/prefix.ts';
import type { Command, Literal } from './parse-powershell.ts';

// Parameter names and values after the reference of the modules NetSecurity and NetConnection for Windows Server 2016 to
// 2025; only what the scripts use or might be mistaken for. `null` is a value computed at run time.

type Check = (value: Literal) => boolean;

const text: Check = (value) => value !== null && value.length > 0 && value.length <= 512;
const computed: Check = (value) => value === null;
const anything: Check = () => true;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    value !== null && words.includes(value);

const port: Check = (value) => {
  const [first, last = first] = (/^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value ?? '')?.slice(1) ?? [])
    .filter(Boolean)
    .map(Number);
  return first !== undefined && last !== undefined && first >= 1 && first <= last && last <= 65535;
};

/** Any, or an address or prefix that MS-FASP allows as a remote address. */
const remoteAddress: Check = (value) => {
  if (value === 'Any') return true;
  try {
    const prefix = parsePrefix(value ?? '', 'RemoteAddress');
    return prefix.length > 0 && prefix.first !== 0n;
  } catch {
    return false;
  }
};

const COMMON = { ErrorAction: oneOf('Stop', 'Continue', 'SilentlyContinue', 'Ignore') };
const POLICY_STORE = oneOf('ActiveStore', 'PersistentStore');

interface Cmdlet {
  readonly parameters: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
  /** Parameters that take a list. */
  readonly lists?: readonly string[];
  readonly positional?: number;
}

const CMDLETS: Readonly<Record<string, Cmdlet>> = {
  'New-NetFirewallRule': {
    parameters: {
      DisplayName: text,
      Group: text,
      Direction: oneOf('Inbound'),
      Action: oneOf('Allow'),
      Enabled: oneOf('True'),
      Profile: oneOf('Domain', 'Private', 'Public'),
      EdgeTraversalPolicy: oneOf('Block'),
      Protocol: oneOf('TCP', 'UDP'),
      LocalPort: port,
      RemoteAddress: remoteAddress,
    },
    required: [
      'DisplayName',
      'Group',
      'Direction',
      'Action',
      'Enabled',
      'Profile',
      'EdgeTraversalPolicy',
      'Protocol',
      'LocalPort',
      'RemoteAddress',
    ],
    lists: ['Profile', 'LocalPort', 'RemoteAddress'],
  },
  // Without an object or a group it would remove every rule of the machine.
  'Remove-NetFirewallRule': { parameters: { InputObject: computed }, required: ['InputObject'] },
  'Get-NetFirewallRule': {
    parameters: {
      Group: text,
      PolicyStore: POLICY_STORE,
      Direction: oneOf('Inbound'),
      Enabled: oneOf('True'),
    },
    required: [],
  },
  'Get-NetFirewallProfile': { parameters: { PolicyStore: POLICY_STORE }, required: ['PolicyStore'] },
  'Get-NetFirewallPortFilter': { parameters: { PolicyStore: POLICY_STORE }, required: ['PolicyStore'] },
  'Get-NetFirewallApplicationFilter': {
    parameters: { PolicyStore: POLICY_STORE },
    required: ['PolicyStore'],
  },
  'Get-NetConnectionProfile': { parameters: {}, required: [] },
  'Write-Warning': { parameters: { Message: anything }, required: [], positional: 1 },
  'Write-Output': { parameters: { InputObject: anything }, required: [], positional: 1 },
  // The script's own function.
  'Get-Cover': { parameters: {}, required: [], positional: 1 },
};

/** What is wrong with a command: an unknown cmdlet or parameter, a value it does not take, something missing. */
export function problemsOf({ name, parameters, positional, line }: Command): readonly string[] {
  const cmdlet = CMDLETS[name];
  if (cmdlet === undefined) return [`${line}: unknown cmdlet ${name}`];
  const known: Readonly<Record<string, Check>> = { ...cmdlet.parameters, ...COMMON };
  const problems = Object.entries(parameters).flatMap(([parameter, values]) => {
    const check = known[parameter];
    if (check === undefined) return [`${line}: ${name} has no -${parameter}`];
    const isList = cmdlet.lists?.includes(parameter) === true;
    if (isList ? values.length === 0 : values.length !== 1)
      return [`${line}: ${name} -${parameter} with ${values.length} values`];
    return values
      .filter((value) => !check(value))
      .map((value) => `${line}: ${name} -${parameter} ${String(value)}`);
  });
  const missing = cmdlet.required.filter((parameter) => !(parameter in parameters));
  return [
    ...problems,
    ...missing.map((parameter) => `${line}: ${name} without -${parameter}`),
    ...(positional > (cmdlet.positional ?? 0) ? [`${line}: ${name} with a value too many`] : []),
  ];
}
