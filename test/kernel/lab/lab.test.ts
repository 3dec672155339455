import { afterAll, expect, test } from 'vitest';
import { createLab } from './lab.ts';

const lab = createLab();
afterAll(() => {
  lab.close();
});

test('two hosts on a cable reach each other over IPv4 and IPv6', () => {
  const [a, b] = [lab.host('a'), lab.host('b')];
  lab.cable(a, ['10.0.0.1/24', 'fd00::1/64'], b, ['10.0.0.2/24', 'fd00::2/64']);
  for (const target of ['10.0.0.2', 'fd00::2']) {
    const reach = `require('net').connect(9, '${target}').on('error', (e) => console.log(e.code))`;
    expect(a.must(['node', '-e', reach])).toBe('ECONNREFUSED\n');
  }
});
