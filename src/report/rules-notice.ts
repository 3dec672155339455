import type { RulesReport } from '../verdict/report.ts';

/** For stderr: what the rules assume, what to know before loading them, and how to load and remove them. */
export function rulesNotice(
  { assumptions, rulesets }: RulesReport,
  written: readonly string[],
): readonly string[] {
  const notices = rulesets.flatMap((ruleset) => ruleset.notices);
  const [first] = rulesets;
  return [
    ...written.map((path) => `wrote ${path}`),
    ...assumptions.map((assumption) => `assumed ${assumption}`),
    ...new Set(notices.map((notice) => `note: ${notice}`)),
    ...(first === undefined ? [] : [`load:   ${first.load}`, `remove: ${first.remove}`]),
  ];
}
