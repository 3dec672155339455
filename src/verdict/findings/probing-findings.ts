import type { At, FindingKind } from './findings.ts';

/** What follows from how ports answered to probing, rather than from whether they did. */
export interface ProbingFindingArgs {
  readonly intercepted: At & {
    readonly controls: readonly number[];
    /** What shows it, where neither control ports nor an HTTP status do. */
    readonly why?: 'reflected' | 'not-arrived';
  };
  readonly 'handshake-only': At;
  readonly 'closed-at-once': At;
  readonly 'no-control-ports': At;
  readonly 'reacts-to-probing': At;
  readonly 'stand-in': At;
  readonly 'not-viz-world': At;
  readonly 'may-be-stand-in': At;
}

const place = ({ host, address, ports }: At): string =>
  `${ports} on ${host}${address === null || address === host ? '' : ` (${address})`}`;

function interceptedBy(controls: readonly number[], why: ProbingFindingArgs['intercepted']['why']): string {
  switch (why) {
    case 'reflected':
      return 'our own datagram came back; Viz World does not send it back';
    case 'not-arrived':
      return 'the listen log of that machine shows the port open the whole time, but nothing arrived';
    case undefined:
      return controls.length === 0
        ? 'the HTTP status is one that only a gateway or proxy gives'
        : `ports ${controls.join(' and ')}, which Viz World does not use, answer alike`;
  }
}

export const PROBING_FINDINGS: {
  readonly [C in keyof ProbingFindingArgs]: FindingKind<ProbingFindingArgs[C]>;
} = {
  intercepted: {
    severity: 'warning',
    message: ({ controls, why, ...args }) =>
      `${place(args)}: not proven, something on the path answers for the host: ${interceptedBy(controls, why)}.`,
    advice: () => [
      'A transparent proxy, a VPN client, a load balancer or a REDIRECT rule: check from a machine without it, or on the server itself.',
    ],
  },
  'handshake-only': {
    severity: 'warning',
    message: (args) =>
      `${place(args)}: not proven, the handshake was completed, but then the connection was reset or nothing was acknowledged.`,
    advice: () => [
      'SYNPROXY or a proxy completes handshakes before it asks the host: on the server itself vwaudit check shows whether anybody listens.',
    ],
  },
  'closed-at-once': {
    severity: 'warning',
    message: (args) =>
      `${place(args)}: not proven, the connection was accepted and closed at once without a word.`,
    advice: () => [
      'A proxy or load balancer whose server is down does so, and a server that lets nobody in: vwaudit check on the server itself shows who listens.',
    ],
  },
  'no-control-ports': {
    severity: 'note',
    message: (args) =>
      `${place(args)}: not proven, since no unused port was probed: a proxy on the path may answer.`,
    advice: () => ['Check again without --no-extra.'],
  },
  'reacts-to-probing': {
    severity: 'warning',
    message: (args) =>
      `${place(args)}: silence and refusals prove nothing, the host (or a firewall) reacts to probing: ports answered differently when probed again.`,
    advice: () => [
      'Exempt this machine from scan detection and connection limits, wait until its entry expires, and check again.',
    ],
  },
  'stand-in': {
    severity: 'note',
    message: (args) => `${place(args)}: vwaudit listen answers there, not Viz World.`,
    advice: () => ['This proves the path, not Viz World. With --no-stand-in it is a failure.'],
  },
  'not-viz-world': {
    severity: 'error',
    message: (args) => `${place(args)}: vwaudit listen answers there, not Viz World (--no-stand-in).`,
    advice: () => ['Stop vwaudit listen on that machine, start Viz World and check again.'],
  },
  'may-be-stand-in': {
    severity: 'warning',
    message: (args) =>
      `${place(args)}: not proven, vwaudit listen may have opened these ports instead of Viz World (--no-stand-in).`,
    advice: () => [
      'End vwaudit listen on that machine, start Viz World and check again; as root, who holds a port is always shown.',
    ],
  },
};
