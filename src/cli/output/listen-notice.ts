import { groupBy } from '../../group-by.ts';
import type { ListenHead, ListenSummary, LoggedPort } from '../../responder/log/listen-log.ts';
import { portsLabel } from '../../verdict/reports/label.ts';

/** What a person at the terminal wants to know when the stand-in runs. */
export function startNotice({ held, notHeld }: Pick<ListenHead, 'held' | 'notHeld'>): readonly string[] {
  const [heldKeys, missing] = [new Set(held.map(keyOf)), new Set(notHeld.map(keyOf))];
  const whole = distinct(held).filter((port) => !missing.has(keyOf(port)));
  // Held at another address: say at which it is not.
  const placeOf = (port: LoggedPort): string => (heldKeys.has(keyOf(port)) ? ` at ${port.address}` : '');
  return [
    `Standing in for Viz World: ${whole.length === 0 ? 'no port at every address' : portsLabel(whole)}. Ctrl-C ends it.`,
    ...groupBy(notHeld, (port) => `${placeOf(port)} ${port.why}`).map((group) => {
      const [first] = group;
      const place = first === undefined ? '' : placeOf(first);
      return `Not opened: ${portsLabel(distinct(group))}${place}: ${first?.why ?? ''}`;
    }),
  ];
}

/** And when it has ended. */
export function endNotice({ contacts, unreported }: Pick<ListenSummary, 'contacts' | 'unreported'>): string {
  const unlisted = unreported === 0 ? '' : `, ${unreported} of them only counted`;
  return `Ended: ${contacts} ${contacts === 1 ? 'contact' : 'contacts'}${unlisted}.`;
}

/** A port held at several addresses is one port. */
function distinct(ports: readonly LoggedPort[]): readonly LoggedPort[] {
  return groupBy(ports, keyOf).flatMap(([port]) => port ?? []);
}

function keyOf({ transport, port }: LoggedPort): string {
  return `${transport}/${port}`;
}
