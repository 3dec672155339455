import type { RulesReport } from '../../verdict/reports/report.ts';

/** For stderr: what was written, what the rules assume, and what to know before loading them. */
export function rulesNotice(
  { assumptions, rulesets }: RulesReport,
  written: readonly string[],
): readonly string[] {
  const notices = rulesets.flatMap((ruleset) => ruleset.notices);
  return [
    ...written.map((path) => `wrote ${path}`),
    ...assumptions.map((assumption) => `assumed ${assumption}`),
    ...new Set(notices.map((notice) => `note: ${notice}`)),
  ];
}

/** How to load and remove them. */
export function rulesCommands({ rulesets }: RulesReport): readonly string[] {
  const loads = new Set(rulesets.map(({ load }) => `load:   ${load}`));
  const removes = new Set(rulesets.map(({ remove }) => `remove: ${remove}`));
  return [...loads, ...removes];
}
