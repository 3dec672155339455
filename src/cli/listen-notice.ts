import { groupBy } from '../group-by.ts';
import { printable } from '../printable.ts';
import type { ListenHead, ListenSummary, LoggedPort } from '../responder/listen-log.ts';
import { portsLabel } from '../verdict/label.ts';

/** What a person at the terminal wants to know when the stand-in runs. */
export function startNotice({ held, notHeld }: Pick<ListenHead, 'held' | 'notHeld'>): readonly string[] {
  return [
    `Standing in for Viz World: ${portsLabel(distinct(held))}. Ctrl-C ends it.`,
    ...groupBy(notHeld, ({ why }) => why).map(
      (group) => `Not held: ${portsLabel(distinct(group))}: ${printable(group[0]?.why ?? '')}`,
    ),
  ];
}

/** And when it has ended. */
export function endNotice({ contacts, unreported }: Pick<ListenSummary, 'contacts' | 'unreported'>): string {
  const unlisted = unreported === 0 ? '' : `, ${unreported} of them only counted`;
  return `Ended: ${contacts} ${contacts === 1 ? 'contact' : 'contacts'}${unlisted}.`;
}

/** A port held at several addresses is one port. */
function distinct(ports: readonly LoggedPort[]): readonly LoggedPort[] {
  return groupBy(ports, ({ transport, port }) => `${transport}/${port}`).flatMap(([port]) => port ?? []);
}
