/** One program, or one of several that the rules treat alike. */
export function programsText({
  program,
  others = [],
}: {
  readonly program: string;
  readonly others?: readonly string[];
}): string {
  const [second, ...more] = others;
  if (second === undefined) return program;
  if (more.length === 0) return `${program} or ${second}`;
  return `${program}, ${second} or one of ${more.length} more with rules like theirs`;
}
