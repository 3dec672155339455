import { formatBinding } from '../../src/sockets/binding.ts';
import type { Listener } from '../../src/sockets/socket-table.ts';

/** `TCP 10100 on :: both 5120 vw.exe`: everything a listener says, on one line. */
export function show(listener: Listener): string {
  const { servesBoth, pid, process } = listener;
  const serves = servesBoth === null ? ' both?' : servesBoth ? ' both' : '';
  return `${formatBinding(listener)}${serves} ${pid ?? '-'} ${process ?? '-'}`;
}

export const ALL_PORTS: ReadonlySet<number> = new Set(Array.from({ length: 65536 }, (_, port) => port));
