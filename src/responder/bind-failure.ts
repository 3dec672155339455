import type { BindFailure } from './stand-ins/connection-record.ts';

/** Who holds a port, as far as it is known. Text from outside: escape before printing. */
export interface PortHolder {
  readonly pid: number | null;
  readonly process: string | null;
}

/** Why a port could not be held and what to do about it, one clause. `holder`: who listens on it, null where nobody is seen. */
export function bindFailureReason(
  { endpoint: { port, transport }, errno }: BindFailure,
  holder: PortHolder | null,
  platform: NodeJS.Platform,
): string {
  if (holder !== null) return `in use by ${nameOf(holder)}`;
  switch (errno) {
    case 'EADDRINUSE':
      return 'in use by a program that is not shown to this user';
    case 'EACCES':
      // Windows: error 10013. A range excluded for Hyper-V or WinNAT has no holder that any table shows.
      if (platform === 'win32')
        return `reserved by Windows; see: netsh int ipv4 show excludedportrange protocol=${transport}`;
      return port < 1024
        ? 'ports below 1024 need privilege; run as root, or shift all ports with --port-offset'
        : 'not permitted to this user';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address';
    case 'EMFILE':
    case 'ENFILE':
      return 'no descriptor is left; raise the limit (ulimit -n)';
    default:
      return `refused by the system (${errno})`;
  }
}

function nameOf({ pid, process }: PortHolder): string {
  const id = pid === null ? '' : `process ${pid}`;
  if (process === null) return id === '' ? 'another program' : id;
  return id === '' ? process : `${process} (${id})`;
}
