import { formatAddress } from '../../net/address.ts';
import type { ConnectionRecord, HeldPort, HeldPortCounts } from '../stand-ins/connection-record.ts';
import type { ContactRecord, LoggedCounts, LoggedPort } from './listen-log.ts';

export function loggedPort({ endpoint: { id, transport, port }, address }: HeldPort): LoggedPort {
  return { endpoint: id, transport, port, address: formatAddress(address) };
}

export function loggedCounts(counts: HeldPortCounts): LoggedCounts {
  const { contacts, unreported, bytesIn, bytesOut } = counts;
  return { ...loggedPort(counts), contacts, unreported, bytesIn, bytesOut };
}

export function contactRecord(contact: ConnectionRecord): ContactRecord {
  const { time, source, nonce } = contact;
  return {
    kind: 'contact',
    time: time.toISOString(),
    ...loggedPort(contact),
    source: source === null ? null : sourceText(source),
    nonce,
  };
}

function sourceText({ address, port }: NonNullable<ConnectionRecord['source']>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
