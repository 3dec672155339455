import { badRuleset } from '../../../model/source-location.ts';
import type { WindowsExport } from '../policy/policy.ts';
import type { WindowsRule } from '../policy/rule.ts';
import { parseRule } from './parse-rule.ts';

/** Whether the first line with a text begins like a rule string. */
export function isRuleStrings(text: string): boolean {
  return /^\s*v\d+\.\d+\|/i.test(text);
}

/** Bare rule strings, one a line: local rules, the line of each its ID. */
export function readRuleLines(text: string, file: string): WindowsExport {
  const rules = text.split('\n').flatMap((line, index): readonly WindowsRule[] => {
    const rule = line.trim();
    if (rule !== '' && !/^v\d/i.test(rule))
      throw badRuleset(
        { file, line: index + 1, column: 1 },
        'not a rule string',
        rule,
        'give rule strings, one a line, as the registry has them: v2.30|Action=Allow|…|',
      );
    const origin = { file, line: index + 1, store: 'local', id: `line ${index + 1}`, name: '' } as const;
    const found = parseRule(rule, { ...origin, text: rule });
    return found === null ? [] : [found];
  });
  return {
    ...{ file, rules, settings: [], roots: [], wholeStores: [], settingProfiles: [], doubts: [] },
    ruleStores: ['local'],
    assumptions: [],
    unstated: [`${file}: these are all local rules (a list of rule strings does not show its end)`],
    ...{ listsMdm: false, listsHardening: false },
  };
}
