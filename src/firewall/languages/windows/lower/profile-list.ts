import type { Assumption } from '../../../model/assumptions.ts';
import { unknown, type Match } from '../../../model/match.ts';
import type { Effect } from '../../../model/action.ts';
import type { IdleRule, Rule, RuleNature } from '../../../model/ruleset.ts';
import type { Profile } from '../policy/profile.ts';
import type { Setting, WindowsExport } from '../policy/policy.ts';
import { withDoubt, type Direction, type Doubt, type WindowsRule } from '../policy/rule.ts';
import { isDamaged } from '../policy/damaged.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { openRule, type Listed, type LowerRule } from './rule-list.ts';
import type { EffectiveSetting, ProfileSettings } from './settings.ts';
import { STORE_TITLE } from './store-title.ts';

interface ProfileList {
  readonly rules: readonly Rule[];
  /** Rules for other profiles, and those that a setting switches off. */
  readonly idle: () => readonly IdleRule[];
}

/** The active rules of one direction, by precedence. */
export interface DirectionRules {
  readonly direction: Direction;
  /** Those that may be for the listener. */
  readonly ordered: readonly Listed[];
  /** Those that are for other programs, and what is taken for granted of the listener that leaves them out. */
  readonly forOthers: readonly WindowsRule[];
  readonly assumptions: readonly Assumption[];
}

/** The rules of one profile and direction, the settings of the profile before them and its default action as the last. */
export function profileList(
  exports: readonly WindowsExport[],
  { direction, ordered, assumptions }: DirectionRules,
  profile: Profile,
  settings: ProfileSettings,
  { isComplete, otherFirewalls = [] }: WindowsCircumstances,
  lower: LowerRule,
): ProfileList {
  const { isOn, blocksAll } = settings;
  const [first] = exports;
  const here = { line: 0, source: { file: first?.file ?? '', table: 'Windows Defender Firewall' } };
  const at = (setting: EffectiveSetting, name: string): Pick<Rule, 'line' | 'text' | 'source'> => {
    const { from } = setting;
    if (from === null) return { ...here, text: `${profile} profile: ${name}` };
    return { ...placeOf(from), text: `${profile} profile: ${from.text}` };
  };
  const isHere = (one: FileDoubt): boolean => one.profile === null || one.profile === profile;
  const list: Rule[] = [...openRules(exports, (one) => isHere(one) && leavesAllOpen(one))];
  if (isOn.value !== 1) list.push(ifOff(isOn, at(isOn, 'EnableFirewall is not known')));
  if (isOn.value === 0) return { rules: list, idle: () => [] };
  for (const one of settings.disabledInterfaces)
    list.push({
      ...at({ value: null, from: one }, one.name),
      matches: [unknown(one.text, { code: 'interface-kind' })],
      effects: [ACCEPT],
    });
  if (direction === 'in' && blocksAll.value !== 0) {
    // Of a setting that nobody gave it is taken to be off (see `unstatedOf`).
    if (blocksAll.from !== null) list.push(ifBlocksAll(blocksAll, at(blocksAll, 'DoNotAllowExceptions')));
    if (blocksAll.value === 1) return { rules: list, idle: () => [] };
  }
  list.push(...openRules(exports, (one) => isHere(one) && !leavesAllOpen(one)));
  for (const product of otherFirewalls)
    list.push(openRule(`firewall product ${product}`, { code: 'other-product' }, here));
  for (const store of missingStores(exports, settings, isComplete))
    list.push(openRule(`rules of the store ${STORE_TITLE[store]}`, { code: 'store-not-given', store }, here));
  list.push(...assumptions.map(takenForGranted));
  const idle: (Listed & { readonly setting: EffectiveSetting | null })[] = [];
  for (const { rule, action } of ordered) {
    const status = statusIn(rule, profile, settings);
    if (status.kind === 'counts') list.push(lower(status.rule, direction, action));
    else idle.push({ rule, action, setting: status.setting });
  }
  const action = direction === 'in' ? settings.inbound : settings.outbound;
  const { from } = action;
  list.push({
    ...(from === null ? here : placeOf(from)),
    kind: 'policy',
    text: from === null ? wordOf(action) : `${wordOf(action)} (${from.text})`,
    matches: [],
    effects: [defaultEffect(action)],
  });
  return {
    rules: list,
    idle: () =>
      idle.map(({ rule, action: of, setting }): IdleRule => ({
        rule: lower(rule, direction, of),
        because:
          setting === null ? forProfiles(rule, profile) : { kind: 'setting', setting: asRule(setting) },
      })),
  };
  function asRule(setting: EffectiveSetting): Rule {
    return { ...at(setting, 'AllowLocalPolicyMerge'), matches: [], effects: [] };
  }
}

type FileDoubt = WindowsExport['doubts'][number];

/** What a file that was perhaps cut, or a damaged or misspelt name, may have said of every profile: any setting or rule, also of service hardening. */
export function openForAll(exports: readonly WindowsExport[]): readonly Rule[] {
  return openRules(exports, (one) => leavesAllOpen(one) && one.profile === null);
}

function openRules(exports: readonly WindowsExport[], isMeant: (one: FileDoubt) => boolean): readonly Rule[] {
  return exports
    .flatMap(({ doubts }) => doubts.filter(isMeant))
    .map(({ text, reason, line, file }) =>
      openRule(text, reason, { line, source: { file, table: 'Windows Defender Firewall' } }),
    );
}

function leavesAllOpen({ text, reason }: FileDoubt): boolean {
  return reason.code === 'cut-export' || reason.code === 'misspelt-name' || isDamaged(text);
}

function forProfiles({ conditions }: WindowsRule, here: Profile): IdleRule['because'] {
  return { kind: 'profile', profiles: conditions().profiles ?? [], here };
}

/** What leaves out the rules for other programs, all at once. */
export function takenForGranted(assumption: Assumption): Rule {
  const { text } = assumption;
  return {
    line: 0,
    text,
    matches: [{ kind: 'assumed', holds: false, assumption }],
    effects: [],
    isImplied: true,
  };
}

function placeOf({ line, file, store }: Setting): Pick<Rule, 'line' | 'source'> {
  return { line, source: { file, table: STORE_TITLE[store] } };
}

const ACCEPT: Effect = { kind: 'accept' };
const DROP: Effect = { kind: 'drop' };

type Placed = Pick<Rule, 'line' | 'text' | 'source'>;

function ifOff(isOn: EffectiveSetting, placed: Placed): Rule {
  const nature: RuleNature = 'filters-nothing';
  const matches: readonly Match[] =
    isOn.value === null ? [unknown('EnableFirewall', openSetting(isOn, 'EnableFirewall'))] : [];
  return { ...placed, nature, matches, effects: [ACCEPT] };
}

function ifBlocksAll(blocksAll: EffectiveSetting, placed: Placed): Rule {
  const { value, from } = blocksAll;
  const open: Match = unknown(from?.text ?? '', openSetting(blocksAll, 'DoNotAllowExceptions'));
  return { ...placed, nature: 'blocks-all', matches: value === null ? [open] : [], effects: [DROP] };
}

/** Why a setting is not known. */
function openSetting({ from, unclear }: EffectiveSetting, name: string): Doubt['reason'] {
  if (from === null || unclear === undefined) return { code: 'setting-not-given', setting: name };
  return {
    code: 'setting-unclear',
    setting: unclear === 'several' ? from.name : from.text,
    because: unclear,
  };
}

function defaultEffect(setting: EffectiveSetting): Effect {
  const { value } = setting;
  if (value === null)
    return {
      kind: 'unknown',
      text: setting.from?.text ?? 'default action',
      reason: openSetting(setting, 'the default action'),
      isVerdict: true,
    };
  return value === 0 ? ACCEPT : DROP;
}

function wordOf({ value }: EffectiveSetting): string {
  return value === null ? 'not known' : value === 0 ? 'allow' : 'block';
}

/** Stores whose rules count and that no file lists. */
function missingStores(
  exports: readonly WindowsExport[],
  { mergesLocal }: ProfileSettings,
  isComplete: boolean,
): readonly ('local' | 'policy')[] {
  if (isComplete) return [];
  const isGiven = (store: 'local' | 'policy'): boolean =>
    exports.some(({ ruleStores }) => ruleStores.includes(store));
  return [
    ...(isGiven('policy') ? [] : (['policy'] as const)),
    ...(isGiven('local') || mergesLocal.value === 0 ? [] : (['local'] as const)),
  ];
}

type Status =
  | { readonly kind: 'counts'; readonly rule: WindowsRule }
  /** For other profiles (null) or kept out by a setting. */
  | { readonly kind: 'idle'; readonly setting: EffectiveSetting | null };

/** How the rule counts in the profile: with a doubt where it is open whether its store is merged. */
function statusIn(rule: WindowsRule, profile: Profile, settings: ProfileSettings): Status {
  const { profiles } = rule.conditions();
  if (profiles !== null && !profiles.includes(profile)) return { kind: 'idle', setting: null };
  if (rule.origin.store !== 'local') return { kind: 'counts', rule };
  const { mergesLocal } = settings;
  const merges = userPreference(rule, settings) ?? mergesLocal;
  const off = [mergesLocal, merges].find(({ value }) => value === 0);
  if (off !== undefined) return { kind: 'idle', setting: off };
  const open = [mergesLocal, merges].find(({ value }) => value === null);
  if (open === undefined) return { kind: 'counts', rule };
  const reason = openSetting(open, 'AllowLocalPolicyMerge');
  return { kind: 'counts', rule: withDoubt(rule, { text: 'whether local rules count', reason }) };
}

/** The `AllowUserPrefMerge`, of programs or of ports, that speaks of a rule; null for neither. */
function userPreference(
  { program, service, conditions }: WindowsRule,
  { mergesApps, mergesPorts }: ProfileSettings,
): EffectiveSetting | null {
  const { protocol, localPorts } = conditions();
  if (service !== null || (protocol !== 6 && protocol !== 17)) return null;
  if (program !== null) return localPorts === null ? mergesApps : null;
  return localPorts?.entries === 1 ? mergesPorts : null;
}
