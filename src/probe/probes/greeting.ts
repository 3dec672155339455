/**
 * How the stand-in (`vwaudit listen`) says on TCP that it is no Viz World: one line to whoever connects, with the port it
 * holds, and two headers over HTTP. Over UDP its reply to a probe says it (see `wire.ts`).
 */
export const STAND_IN_SERVER = 'vwaudit-listen';

/** Over HTTP, the header with the port it holds. */
export const STAND_IN_PORT = 'vwaudit-port';

const GREETING = /^vwaudit listen ([1-9]\d{0,4})\/tcp\r\n/;

/** Longer than any greeting: what comes after is not read. */
export const GREETING_BYTES = 32;

export function formatGreeting(port: number): string {
  return `vwaudit listen ${port}/tcp\r\n`;
}

/** The port a stand-in says it holds; null for every other text. */
export function parseGreeting(text: string): number | null {
  const [, port] = GREETING.exec(text) ?? [];
  return port === undefined ? null : Number(port);
}

/** What servers of other protocols say first, to whoever connects. Viz World waits for its client. */
const OTHERS: readonly (readonly [protocol: string, greeting: RegExp])[] = [
  ['HTTP', /^HTTP\/\d/],
  ['RTSP', /^RTSP\/\d/],
  ['SSH', /^SSH-[12]\./],
  ['FTP or SMTP', /^220[ -]/],
  ['POP3', /^\+OK/],
  ['IMAP', /^\* (?:OK|PREAUTH)\b/],
  ['VNC', /^RFB \d{3}\.\d{3}\n/],
  ['Telnet', /^\xff[\xfb-\xfe]/],
  ['MySQL', /^[^]{2}\0\0\n\d+\.\d/],
];

/** The protocol of a server that greets and is no Viz World's; null for every other text. */
export function otherProtocol(text: string): string | null {
  return OTHERS.find(([, greeting]) => greeting.test(text))?.[0] ?? null;
}
