import { shellWord } from '../../shell-word.ts';

/** What to do next: a sentence, or a command to paste. */
export type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] };

/** Before a command among the lines of advice, as before a shell's. */
export const PROMPT = '$ ';

export function say(text: string): Step {
  return { kind: 'text', text };
}

export function run(...argv: readonly string[]): Step {
  return { kind: 'command', argv };
}

/** A line of advice; a command is quoted for a POSIX shell. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case 'text':
      return step.text;
    case 'command':
      return `${PROMPT}${step.argv.map(shellWord).join(' ')}`;
  }
}
