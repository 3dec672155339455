import type { Assumption } from '../../../model/assumptions.ts';
import { unknown, type Match } from '../../../model/match.ts';
import type { Effect } from '../../../model/action.ts';
import type { Rule } from '../../../model/ruleset.ts';
import type { Profile } from '../policy/profile.ts';
import type { WindowsExport } from '../policy/policy.ts';
import type { Direction, Doubt, WindowsRule } from '../policy/rule.ts';
import { byPrecedence, openRule, type LowerRule } from './rule-list.ts';
import { settingsOf, type EffectiveSetting, type ProfileSettings } from './settings.ts';
import { STORE_TITLE } from './store-title.ts';

/** The rules of one profile and direction, the settings of the profile before them and its default action as the last. */
export function profileList(
  exports: readonly WindowsExport[],
  rules: readonly WindowsRule[],
  profile: Profile,
  direction: Direction,
  isComplete: boolean,
  lower: LowerRule,
): readonly Rule[] {
  const settings = settingsOf({ exports, isComplete }, profile);
  const { isOn, blocksAll } = settings;
  const [first] = exports;
  const here = { line: 0, source: { file: first?.file ?? '', table: 'Windows Defender Firewall' } };
  const at = (setting: EffectiveSetting, name: string): Pick<Rule, 'line' | 'text' | 'source'> => {
    const { from } = setting;
    if (from === null) return { ...here, text: `${profile} profile: ${name}` };
    return {
      line: from.line,
      text: `${profile} profile: ${from.text}`,
      source: { file: from.file, table: STORE_TITLE[from.store] },
    };
  };
  const list: Rule[] = [];
  if (isOn.value !== 1) list.push(ifOff(isOn, at(isOn, 'EnableFirewall is not known')));
  if (isOn.value === 0) return list;
  for (const one of settings.disabledInterfaces)
    list.push({
      ...at({ value: null, from: one }, one.name),
      matches: [unknown(one.text, { code: 'interface-kind' })],
      effects: [ACCEPT],
    });
  if (direction === 'in' && blocksAll.value !== 0) {
    list.push(ifBlocksAll(blocksAll, at(blocksAll, 'DoNotAllowExceptions is not known')));
    if (blocksAll.value === 1) return list;
  }
  for (const one of exports.flatMap(({ doubts }) => doubts))
    if (one.profile === null || one.profile === profile) {
      const place = { line: one.line, source: { file: one.file, table: STORE_TITLE.policy } };
      list.push(openRule(one.text, one.reason, place));
    }
  for (const store of missingStores(exports, settings, isComplete))
    list.push(openRule(`rules of the store ${STORE_TITLE[store]}`, { code: 'store-not-given', store }, here));
  const inForce = rules.flatMap((rule) => inForceIn(rule, profile, settings));
  list.push(...byPrecedence(inForce, direction, lower));
  const action = direction === 'in' ? settings.inbound : settings.outbound;
  const isDefault = action.from === null ? ', the default' : '';
  list.push({
    ...at(
      action,
      `${direction === 'in' ? 'inbound' : 'outbound'} connections that match no rule: ${wordOf(action)}${isDefault}`,
    ),
    matches: [],
    effects: [defaultEffect(action)],
  });
  return list;
}

const ACCEPT: Effect = { kind: 'accept' };
const DROP: Effect = { kind: 'drop' };

type Placed = Pick<Rule, 'line' | 'text' | 'source'>;

function ifOff({ value }: EffectiveSetting, placed: Placed): Rule {
  const matches: readonly Match[] =
    value === null ? [unknown('EnableFirewall', SETTING('EnableFirewall'))] : [];
  return { ...placed, matches, effects: [ACCEPT] };
}

/** Of a setting that nobody gave it is taken to be off. */
function ifBlocksAll({ value }: EffectiveSetting, placed: Placed): Rule {
  const open: Match = { kind: 'assumed', holds: false, assumption: BLOCKS_NOT_ALL };
  return { ...placed, matches: value === null ? [open] : [], effects: [DROP] };
}

const BLOCKS_NOT_ALL: Assumption = {
  text: '"Block all connections" (DoNotAllowExceptions) is off in the settings that are not given',
};

const SETTING = (setting: string): Doubt['reason'] => ({ code: 'setting-not-given', setting });

function defaultEffect({ value }: EffectiveSetting): Effect {
  if (value === null)
    return { kind: 'unknown', text: 'default action', reason: SETTING('the default action') };
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

/** The rule as it counts in the profile: none where it is off or its store is not merged, with a doubt where that is open. */
function inForceIn(rule: WindowsRule, profile: Profile, settings: ProfileSettings): readonly WindowsRule[] {
  if (rule.isActive === false) return [];
  if (rule.profiles !== null && !rule.profiles.includes(profile)) return [];
  if (rule.origin.store !== 'local') return [rule];
  const merges = [settings.mergesLocal, ...userPreference(rule, settings)];
  if (merges.some(({ value }) => value === 0)) return [];
  return merges.every(({ value }) => value !== null)
    ? [rule]
    : [
        {
          ...rule,
          doubts: [
            ...rule.doubts,
            { text: 'whether local rules count', reason: SETTING('AllowLocalPolicyMerge') },
          ],
        },
      ];
}

/** Whether `AllowUserPrefMerge` of programs or of ports speaks of a rule. */
function userPreference(
  { program, service, protocol, localPorts }: WindowsRule,
  settings: ProfileSettings,
): readonly EffectiveSetting[] {
  if (service !== null || (protocol !== 6 && protocol !== 17)) return [];
  if (program !== null) return localPorts === null ? [settings.mergesApps] : [];
  if (localPorts === null) return [];
  return localPorts.in.length / 2 + localPorts.keywords.length === 1 ? [settings.mergesPorts] : [];
}
