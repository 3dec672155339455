/** What a code of a finding means, whatever the case. */
export interface Meaning {
  /** Without a full stop. */
  readonly title: string;
  /** One or two sentences. */
  readonly meaning: string;
}

/** The meaning of a code; of one that only a newer version knows, what can be said. */
export function meaningOf(code: string): Meaning {
  const [title, meaning] = Object.hasOwn(MEANINGS, code) ? (MEANINGS[code] ?? UNKNOWN) : UNKNOWN;
  return { title, meaning: `${title}. ${meaning}` };
}

/** Every code that has a meaning. */
export function knownCodes(): readonly string[] {
  return Object.keys(MEANINGS);
}

const UNKNOWN = ['Finding of another version of vwaudit', 'The message says what was found.'] as const;

const MEANINGS: Readonly<Record<string, readonly [title: string, meaning: string]>> = {
  closed: [
    'A required port is closed',
    'The host refuses connections: nothing listens there, or a firewall resets them. Start the server instance or the allocator.',
  ],
  filtered: [
    'A required port is filtered',
    'A firewall on the way drops or refuses the connection. Open the port for those who need it.',
  ],
  exposed: [
    'A port is open to others',
    'Somebody who must not connect can connect. Restrict the port to the addresses that need it.',
  ],
  blocked: [
    'The firewall blocks a required flow',
    'Every address of a role that must connect is blocked. The rule that decides is named.',
  ],
  'partly-blocked': [
    'The firewall blocks part of a required flow',
    'Some addresses of a role that must connect are blocked. The rule that decides is named.',
  ],
  undecided: [
    'The rules do not decide',
    'What happens depends on more than the ruleset tells, so it is neither proven allowed nor proven blocked. The rule and what it depends on are named.',
  ],
  'blocked-unproven': [
    'Not proven to be blocked',
    'A port that must be blocked did not answer, but that does not prove a firewall. Run vwaudit listen on the host and check again.',
  ],
  unreachable: [
    'The host cannot be reached',
    'There is no route to the host, or it is down. Nothing else about its ports is known.',
  ],
  'no-such-host': [
    'A host name has no address',
    'The name does not resolve to an address that can be probed.',
  ],
  'not-http': [
    'An HTTP port does not speak HTTP',
    'The port accepts connections but does not answer HTTP requests, so it is not the one of the guide.',
  ],
  'udp-silent': [
    'UDP silence',
    'A UDP port did not answer, which proves neither open nor closed. Run the check on that machine, or vwaudit listen there.',
  ],
  'probe-error': [
    'A port could not be probed',
    'The probe failed on this machine before it got anywhere. Nothing is known about the port.',
  ],
  'icmp-rate-limited': [
    'Refusals may be hidden by an ICMP rate limit',
    'The host limits how many ICMP messages it sends, so silent ports may be refused ones. Nothing is known about them.',
  ],
  'family-not-listening': [
    'One address family is closed',
    'Every port is closed over IPv4 or over IPv6, while the other family answers. Clients may try the closed one first.',
  ],
  'fewer-instances': [
    'Fewer instances run than stated',
    'Every port of the last instances fails. Start them, or correct the number of instances.',
  ],
  'other-reading': [
    'The ports follow the other reading of the guide',
    'HTTP answers on the numbers of the other reading of the guide. Check with that reading.',
  ],
  'allocator-missing': [
    'The allocator does not answer',
    'The servers answer, the allocator does not. Start it, or state that there is none.',
  ],
  'unexpected-instance': [
    'An instance runs that nobody stated',
    'Ports of an additional instance answer. Rules made for fewer instances leave it out.',
  ],
  'udp-roles-reversed': [
    'UDP ports follow the table of the guide',
    'The UDP ports of allocator and server are those of the table of the guide, not of its example.',
  ],
  'foreign-process': [
    'Another program holds a port',
    'The port is open, but by another program than the other ports.',
  ],
  'loopback-only': [
    'A port listens on loopback only',
    'Nobody on another machine can connect, whatever the firewall does.',
  ],
  'socket-table-incomplete': [
    'The socket table is incomplete',
    'Not all listeners of this machine could be read, so some stay unproven.',
  ],
  'evidence-conflict': [
    'Two kinds of evidence disagree',
    'What one source shows contradicts another; the stronger one decides.',
  ],
  interrupted: ['The run was interrupted', 'Some ports were not probed. Nothing is known about them.'],
  intercepted: [
    'Something on the path answers for the host',
    'Ports that Viz World does not use answer as well, so an answer proves nothing.',
  ],
  'handshake-only': [
    'The handshake alone was completed',
    'The connection was reset or nothing was acknowledged after the handshake, as with SYNPROXY or a proxy.',
  ],
  'closed-at-once': [
    'Connections are closed at once',
    'The connection was accepted and closed without a word, as a proxy does whose server is down.',
  ],
  'no-control-ports': [
    'No control port was probed',
    'Without the probe of a port that nobody uses, an answer does not prove that the port itself is open.',
  ],
  'reacts-to-probing': [
    'The host changes its answers while it is probed',
    'A port that had answered no longer does, so silence and refusals prove nothing.',
  ],
  'stand-in': [
    'vwaudit listen answered',
    'A stand-in answered in place of Viz World: the path is proven, the software is not.',
  ],
  'not-viz-world': [
    'vwaudit listen answered, not Viz World',
    'A stand-in answered where Viz World itself was asked for.',
  ],
  'may-be-stand-in': [
    'It may be vwaudit listen that answers',
    'The stand-in answers on another port of the host, so this one may be its as well.',
  ],
  'neighbours-blocked': [
    'The firewall drops neighbour discovery',
    'Without neighbour discovery or ARP no packet of that family gets through.',
  ],
  failed: ['A flow failed', 'What was seen is not what is expected.'],
  unproven: ['A flow is unproven', 'What was seen does not prove what is expected, nor the opposite.'],
  'nothing-asked': ['Nothing was asked', 'The report has no flow, so nothing is proven.'],
};
