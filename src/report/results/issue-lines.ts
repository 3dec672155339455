import { PROMPT } from '../../verdict/findings/step.ts';
import type { Issue } from './results.ts';

/** What was found and what to do, as plain lines; commands keep their `$ `. */
export function issueLines(issue: Issue): readonly string[] {
  const { code, message, advice } = issue;
  return [...excuseLines(issue), `${code}: ${message}`, ...advice];
}

/** Until when and why an issue is accepted; none where it is not. */
export function excuseLines({ accepted }: Pick<Issue, 'accepted'>): readonly string[] {
  return accepted === null ? [] : [`Accepted until ${accepted.until}: ${accepted.reason}`];
}

/** The lines of advice that are commands, and those that are sentences. */
export function isCommand(line: string): boolean {
  return line.startsWith(PROMPT);
}

/** A command as it is pasted. */
export function commandText(line: string): string {
  return line.slice(PROMPT.length);
}
