/**
 * A name or address in lines of at most `width` characters, broken after the separators names and addresses have; a part
 * without one is cut.
 */
export function wrapLabel(text: string, width: number): string {
  const parts = text.match(/[^.:-]*[.:-]*/g)?.flatMap((part) => cut(part, width)) ?? [];
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + part.length <= width) lines[lines.length - 1] = line + part;
    else lines.push(part);
  }
  return lines.join('\n');
}

function cut(part: string, width: number): readonly string[] {
  return Array.from({ length: Math.ceil(part.length / width) }, (_, index) =>
    part.slice(index * width, (index + 1) * width),
  );
}
