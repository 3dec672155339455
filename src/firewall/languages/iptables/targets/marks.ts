import { ALL_BITS, type MarkField, type Effect } from '../../../model/action.ts';
import type { RuleContext } from '../lower/context.ts';
import type { Target } from '../lower/extensions.ts';
import type { OptionSyntax } from '../syntax/syntax.ts';
import { targetOptions } from './always.ts';
import { parseMasked, parseNumber } from '../lower/values.ts';

const SETTING = ['--set-xmark', '--set-mark', '--and-mark', '--or-mark', '--xor-mark'];
const COPYING = ['--save-mark', '--restore-mark'];

/** What an option that sets a mark clears and negates: `(old & ~mask) ^ value`, the one operation of the kernel that all of them use. */
function setting(name: string, text: string, context: RuleContext): { value: number; mask: number } {
  switch (name) {
    case '--and-mark':
      return { value: 0, mask: (ALL_BITS ^ parseNumber(text, context)) >>> 0 };
    case '--or-mark': {
      const value = parseNumber(text, context);
      return { value, mask: value };
    }
    case '--xor-mark':
      return { value: parseNumber(text, context), mask: 0 };
    default: {
      const { value, mask = ALL_BITS } = parseMasked(text, context);
      return { value, mask: name === '--set-mark' ? (value | mask) >>> 0 : mask };
    }
  }
}

function markEffects(
  field: MarkField,
  options: readonly OptionSyntax[],
  context: RuleContext,
): readonly Effect[] {
  const at = options.findIndex(({ name }) => SETTING.includes(name));
  const option = options[at];
  if (option === undefined) return [];
  const { value, mask } = setting(option.name, option.values[0] ?? '', context);
  // A mask after the option replaces its own; one before it does nothing.
  const { ctmask = mask } = masks(options.slice(at + 1), context);
  return [{ kind: 'assign', field, value: { from: field, and: (ALL_BITS ^ ctmask) >>> 0, xor: value } }];
}

/** The masks of the options: a later one replaces an earlier one. */
function masks(
  options: readonly OptionSyntax[],
  context: RuleContext,
): { readonly nfmask?: number; readonly ctmask?: number } {
  return options.reduce((known, { name, values: [text = ''] }) => {
    if (!MASKS.includes(name)) return known;
    const mask = parseNumber(text, context);
    if (name === '--mask') return { nfmask: mask, ctmask: mask };
    return name === '--nfmask' ? { ...known, nfmask: mask } : { ...known, ctmask: mask };
  }, {});
}

const MASKS = ['--mask', '--nfmask', '--ctmask'];

/** With both masks full it is a plain copy; otherwise two marks mix, which is left unknown. */
function copyEffects(
  from: MarkField,
  field: MarkField,
  options: readonly OptionSyntax[],
  context: RuleContext,
): readonly Effect[] {
  const { nfmask = ALL_BITS, ctmask = ALL_BITS } = masks(options, context);
  const isWhole = nfmask === ALL_BITS && ctmask === ALL_BITS;
  return [{ kind: 'assign', field, value: isWhole ? { from, and: ALL_BITS, xor: 0 } : null }];
}

const each = (names: readonly string[], values: number): Target['options'] =>
  targetOptions(Object.fromEntries(names.map((name) => [name, values])));

export const MARK: Target = {
  options: each(SETTING, 1),
  lower: (options, context) => markEffects('mark', options, context),
};

export const CONNMARK: Target = {
  options: { ...each(SETTING, 1), ...each(COPYING, 0), ...each(MASKS, 1) },
  lower: (options, context) => {
    if (options.some(({ name }) => name === '--save-mark'))
      return copyEffects('mark', 'ct-mark', options, context);
    if (options.some(({ name }) => name === '--restore-mark'))
      return copyEffects('ct-mark', 'mark', options, context);
    return markEffects('ct-mark', options, context);
  },
};

export const HMARK: Target = {
  options: each(
    [
      ...['tuple', 'mod', 'offset', 'src-prefix', 'dst-prefix', 'sport-mask', 'dport-mask', 'spi-mask'],
      ...['sport', 'dport', 'spi', 'proto-mask', 'rnd'],
    ].map((name) => `--hmark-${name}`),
    1,
  ),
  lower: () => [{ kind: 'assign', field: 'mark', value: null }],
};
