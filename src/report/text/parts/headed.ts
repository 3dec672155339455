import type { Style } from '../../style.ts';
import { paragraph } from './paragraph.ts';

/** The line above a table: whose it is, then what else is to be known of it, wrapped to the style's width. */
export function headed(name: string, more: string, style: Style): string {
  const text = paragraph('', `${name} · ${more}`, style);
  return text.startsWith(name) ? style.paint.strong(name) + text.slice(name.length) : text;
}
