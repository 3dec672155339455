/** Where a finding was made; `ports` is ready text: `10103/tcp (server 4, clients)` or `10101-10103/tcp, 10200/udp`. */
export interface At {
  readonly host: string;
  readonly address: string | null;
  readonly ports: string;
  readonly instances: number;
  readonly inSiteFile: boolean;
  /** Set where somebody who claims every role failed against another machine: who has to get in there. */
  readonly onlyFor?: readonly string[];
}

/** `10103/tcp on web (10.20.0.11)`. */
export const place = ({ host, address, ports }: At): string =>
  `${ports} on ${host}${address === null || address === host ? '' : ` (${address})`}`;

/** `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

/** Claiming every role at once expects too much of most machines: say which role would expect this. */
export const claim = ({ onlyFor }: At): readonly string[] =>
  onlyFor === undefined
    ? []
    : [
        `Only ${listed(onlyFor)} must get in there: state the role of this machine, for example --as ${onlyFor[0] ?? 'client'}.`,
      ];
