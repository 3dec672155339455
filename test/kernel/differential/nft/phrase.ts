import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

/** Random text: a template whose holes are filled each time anew. */
export function phrase(strings: TemplateStringsArray, ...holes: readonly (string | Text)[]): Text {
  const filled = holes.map((hole) => (typeof hole === 'string' ? fc.constant(hole) : hole));
  return fc
    .tuple(...filled)
    .map((values) => strings.reduce((text, rest, i) => text + (values[i - 1] ?? '') + rest));
}

/** One of the texts. */
export function oneOf(...texts: readonly string[]): Text {
  return fc.constantFrom(...texts);
}

/** One of the kinds of text, as often as their weights say. */
export function weighted(...choices: readonly (readonly [number, Text])[]): Text {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** Some texts with a separator between. */
export function listOf(item: Text, separator: string, lengths: fc.ArrayConstraints): Text {
  return fc.array(item, lengths).map((items) => items.join(separator));
}

/** Nothing, `!=`, or a written `==`. */
export const not = oneOf('', '', '', '', '== ', '!= ');
