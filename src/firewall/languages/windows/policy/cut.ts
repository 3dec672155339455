import type { WindowsExport } from './policy.ts';

/** The export with everything left open where the text lacks what the tool writes at its end: the rest may be cut off. */
export function withPerhapsCut(found: WindowsExport, text: string, lacks: string): WindowsExport {
  const line = text.trimEnd().split('\n').length;
  const doubt = {
    text: 'the end of the file',
    reason: { code: 'cut-export', lacks },
    profile: null,
  } as const;
  return { ...found, doubts: [...found.doubts, { ...doubt, file: found.file, line }] };
}
