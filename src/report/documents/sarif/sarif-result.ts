import type { Location, Result, ThreadFlowLocation } from 'sarif';
import { groupBy } from '../../../group-by.ts';
import type { RunContext } from '../../results/report-format.ts';
import { placeOfIssue, placeOfRule, uriPart, type FilePlace } from '../../results/file-place.ts';
import { excuseLines } from '../../results/issue-lines.ts';
import { fingerprint } from '../../results/fingerprint.ts';
import type { FlowPath } from '../../results/flow-path.ts';
import { placeText, portText } from '../../results/result-flow.ts';
import type { Issue, ResultFlow, Weight } from '../../results/results.ts';
import type { PathBudget } from './path-budget.ts';
import { SARIF_LIMITS } from './limits.ts';

/** How many flows a message names. */
const NAMED = 20;

/** A result for each (code, rule line), its flows in the message. */
export function sarifResults(
  issues: readonly Issue[],
  codes: readonly string[],
  run: RunContext,
  budget: PathBudget,
): Result[] {
  const used = new Map<string, number>();
  const placed = issues.map((issue, index) => ({ issue, index, place: placeOfIssue(issue, run) }));
  // Without a rule the place says nothing of the cause.
  const groups = groupBy(placed, ({ issue: { code, weight, rules, accepted }, index, place }) =>
    JSON.stringify([code, weight, accepted, rules.length === 0 ? index : place]),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const issues = group.map(({ issue }) => issue);
    const flows = issues.flatMap((issue) => issue.flows);
    const print = fingerprint({ ...first.issue, flows });
    const count = (used.get(print) ?? 0) + 1;
    used.set(print, count);
    const ruleIndex = codes.indexOf(first.issue.code);
    const partialFingerprints = { 'vwaudit/v1': print, primaryLocationLineHash: `${print}:${count}` };
    return {
      ...toResult(first.issue, issues, flows, first.place, run, budget),
      ruleIndex,
      partialFingerprints,
    };
  });
}

function toResult(
  { code, weight, rules, accepted }: Issue,
  issues: readonly Issue[],
  flows: readonly ResultFlow[],
  place: FilePlace,
  run: RunContext,
  budget: PathBudget,
): Result {
  const path = flows.find((flow) => flow.path.length > 0)?.path ?? [];
  const steps = path.length === 0 ? [] : budget.take(path, (one) => stepsOf(one, run));
  return {
    ruleId: code,
    level: LEVEL[weight],
    message: { text: `${messageOf(issues, flows)}${steps === null ? `\n${LEFT_OUT}` : ''}` },
    locations: [toLocation(place)],
    ...(rules.length > 1 && {
      relatedLocations: rules.slice(0, SARIF_LIMITS.locations).map((rule, id) => ({
        id,
        ...toLocation(placeOfRule(rule, run), rule.text),
      })),
    }),
    ...(steps !== null && steps.length > 0 && { codeFlows: [{ threadFlows: [{ locations: [...steps] }] }] }),
    ...(accepted !== null && {
      suppressions: [
        {
          kind: 'external' as const,
          status: 'accepted' as const,
          justification: `until ${accepted.until}: ${accepted.reason}`,
        },
      ],
    }),
    properties: { verdict: weight, flows: flows.slice(0, SARIF_LIMITS.locations).map(({ key }) => key) },
  };
}

const LEFT_OUT = 'The path is left out: the file would be larger than 10 MB.';

/**
 * SARIF's own value for what is unproven is the kind `open`, which demands the level `none`; nothing says that GitHub shows that.
 * So the message and `properties.verdict` say it, and the level makes it seen.
 */
const LEVEL: Readonly<Record<Weight, 'error' | 'warning' | 'note'>> = {
  fail: 'error',
  warning: 'warning',
  unproven: 'warning',
  accepted: 'note',
  note: 'note',
};

function messageOf(issues: readonly Issue[], flows: readonly ResultFlow[]): string {
  const texts = [
    ...new Set(
      issues.flatMap((issue) => [
        ...excuseLines(issue),
        issue.weight === 'unproven' ? `Unproven: ${issue.message}` : issue.message,
      ]),
    ),
  ];
  const shown = flows
    .slice(0, NAMED)
    .map((flow) => `- ${flow.role} > ${portText(flow)} ${flow.endpoint} at ${placeText(flow)}: ${flow.seen}`);
  const rest = flows.length - shown.length;
  return [
    ...texts,
    ...(shown.length === 0 ? [] : ['Flows:', ...shown]),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    ...new Set(issues.flatMap(({ advice }) => advice)),
  ].join('\n');
}

function toLocation({ path, line }: FilePlace, text?: string): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(uriPart).join('/'), uriBaseId: '%SRCROOT%' },
      region: { startLine: line },
    },
    ...(text !== undefined && text !== '' && { message: { text } }),
  };
}

/** The path of the witness; of one too long for GitHub the beginning and the end, which decides. */
function stepsOf(path: FlowPath, run: RunContext): ThreadFlowLocation[] {
  const steps = kept(path).map((entry): ThreadFlowLocation => {
    const why = entry.why === '' ? '' : ` (${entry.why})`;
    const text = `${entry.hook} ${entry.table} ${entry.chain}: ${entry.effect}${why}: ${entry.rule}`;
    return { location: toLocation(placeOfRule(entry, run), text) };
  });
  const missing = path.length - steps.length;
  return steps.map((step, index) =>
    missing > 0 && index === HALF ? said(step, `${missing} rules before this one are left out.`) : step,
  );
}

const HALF = SARIF_LIMITS.steps / 2;

function kept(path: FlowPath): FlowPath {
  return path.length <= SARIF_LIMITS.steps ? path : [...path.slice(0, HALF), ...path.slice(-HALF)];
}

function said(step: ThreadFlowLocation, text: string): ThreadFlowLocation {
  const before = step.location?.message?.text ?? '';
  return { ...step, location: { ...step.location, message: { text: `${text} ${before}` } } };
}
