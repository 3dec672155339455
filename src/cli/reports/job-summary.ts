import { appendFile, stat } from 'node:fs/promises';

/** GitHub drops a summary that is larger as a whole. */
const MAX_BYTES = 1_048_576;

const CUT = '\n\n**The rest is cut here: a job summary may have 1 MiB. The other reports have all of it.**\n';

/** Appends to the summary of a step; what is too long beside what is there ends at a line, and says so. */
export async function appendJobSummary(file: string, markdown: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  await appendFile(file, fitted(markdown, MAX_BYTES - (there?.size ?? 0)));
}

/** At most so many bytes as UTF-8; nothing where not even the line that says so has room. */
export function fitted(markdown: string, maxBytes = MAX_BYTES): string {
  if (Buffer.byteLength(markdown) <= maxBytes) return markdown;
  const room = maxBytes - Buffer.byteLength(CUT);
  if (room < 0) return '';
  const kept = Buffer.from(markdown).subarray(0, room);
  const end = kept.lastIndexOf('\n');
  return `${kept.subarray(0, Math.max(end, 0)).toString('utf8')}${CUT}`;
}
