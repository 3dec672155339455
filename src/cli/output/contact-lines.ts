import { paragraph } from '../../report/text/parts/paragraph.ts';
import type { ContactRecord } from '../../responder/log/listen-log.ts';
import { portsLabel } from '../../verdict/reports/label.ts';

/** What a listen log has of contacts, for a person who watches. */
export interface ContactLines {
  add(contact: ContactRecord): void;
  /** Shows what is still waiting. */
  end(): void;
}

/** Contacts that come together are shown together: a check of four instances is one line, not fifteen. */
const TOGETHER_MS = 1_000;

/** Addresses shown at a time; more only arrive when somebody floods the ports. */
const MAX_SOURCES = 8;

/** `12:03:04  10.30.4.7  102, 103, 10100/tcp, 10200/udp`: who reached which ports, a second at a time. */
export function contactLines(show: (line: string) => void, width: number | null): ContactLines {
  const waiting = new Map<string, ContactRecord[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const sources = [...waiting];
    waiting.clear();
    for (const [source, contacts] of sources.slice(0, MAX_SOURCES))
      show(paragraph(`${clock(contacts[0]?.time)}  ${source}  `, portsLabel(contacts), { width }));
    const more = sources.length - MAX_SOURCES;
    if (more > 0) show(`${' '.repeat(10)}and ${more} more addresses`);
  };
  return {
    add(contact) {
      const source = contact.source?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') ?? 'gone at once';
      const known = waiting.get(source);
      if (known === undefined) waiting.set(source, [contact]);
      else if (!known.some(({ transport, port }) => transport === contact.transport && port === contact.port))
        known.push(contact);
      timer ??= setTimeout(flush, TOGETHER_MS);
    },
    end: flush,
  };
}

/** Time of day where the reader is. */
function clock(time: string | undefined): string {
  return new Date(time ?? 0).toTimeString().slice(0, 8);
}
