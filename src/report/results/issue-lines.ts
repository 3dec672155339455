import { PROMPT } from '../../verdict/findings/step.ts';
import type { Issue } from './results.ts';

/** What was found and what to do, as plain lines; commands keep their `$ `. */
export function issueLines({ code, message, advice }: Issue): readonly string[] {
  return [`${code}: ${message}`, ...advice];
}

/** The lines of advice that are commands, and those that are sentences. */
export function isCommand(line: string): boolean {
  return line.startsWith(PROMPT);
}

/** A command as it is pasted. */
export function commandText(line: string): string {
  return line.slice(PROMPT.length);
}
