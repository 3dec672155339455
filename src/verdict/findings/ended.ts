/** The sentence with its full stop, unless a text from outside ends it, as one that was cut does with `...`. */
export function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}
