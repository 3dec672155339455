import type { Style, Tone } from '../../report/style.ts';

/**
 * Colour and width for a stream. Colour: `--color`/`--no-color` first, then NO_COLOR (any non-empty value), FORCE_COLOR
 * (any value but 0 and false), else a terminal that is not dumb. Width: the terminal's, else COLUMNS, else unlimited.
 */
export async function styleFor(stream: NodeJS.WriteStream, color: boolean | undefined): Promise<Style> {
  return {
    width: widthOf(stream),
    paint: isColorful(stream, color, process.env) ? await chalkPaint() : PLAIN,
  };
}

function isColorful(
  stream: { readonly isTTY?: boolean },
  color: boolean | undefined,
  env: NodeJS.ProcessEnv,
): boolean {
  if (color !== undefined) return color;
  if ((env.NO_COLOR ?? '') !== '') return false;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** No colour. */
export const PLAIN: Style['paint'] = { pass: same, fail: same, unproven: same, dim: same, strong: same };

function same(text: string): string {
  return text;
}

async function chalkPaint(): Promise<Record<Tone, (text: string) => string>> {
  const { Chalk } = await import('chalk');
  const { green, red, yellow, dim, bold } = new Chalk({ level: 1 });
  return { pass: green, fail: red, unproven: yellow, dim, strong: bold };
}

/** Columns of a terminal, else what COLUMNS says; null where neither is known, or less than 40. */
export function widthOf(stream: NodeJS.WriteStream): number | null {
  const columns = stream.isTTY ? stream.columns : Number(process.env.COLUMNS);
  return Number.isInteger(columns) && columns >= 40 ? columns : null;
}
