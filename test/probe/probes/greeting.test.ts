import { expect, test } from 'vitest';
import { otherProtocol, parseGreeting } from '../../../src/probe/probes/greeting.ts';

test.each([
  ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n', 'SSH'],
  ['SSH-1.99-Cisco-1.25\n', 'SSH'],
  ['220 mail.example.com ESMTP Postfix\r\n', 'FTP or SMTP'],
  ['220-FileZilla Server 1.8.0\r\n', 'FTP or SMTP'],
  ['+OK Dovecot ready.\r\n', 'POP3'],
  ['* OK [CAPABILITY IMAP4rev1]', 'IMAP'],
  ['RFB 003.008\n', 'VNC'],
  ['\xff\xfd\x18\xff\xfd\x20', 'Telnet'],
  ['\x5b\0\0\0\n8.0.36-0ubuntu0\0', 'MySQL'],
  ['HTTP/1.1 408 Request Timeout\r\n', 'HTTP'],
  ['RTSP/1.0 400 Bad Request\r\n', 'RTSP'],
  ['', null],
  ['SSH', null],
  ['2200', null],
  ['\x03\0\0\x16\x11\xe0', null],
  ['vwaudit listen 102/tcp\r\n', null],
])('%j is the greeting of %s', (text, protocol) => {
  expect(otherProtocol(text)).toBe(protocol);
  expect(parseGreeting(text)).toBe(text.startsWith('vwaudit') ? 102 : null);
});
