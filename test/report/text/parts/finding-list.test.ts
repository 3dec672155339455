import { describe, expect, test } from 'vitest';
import { findingList, type ListedFinding } from '../../../../src/report/text/parts/finding-list.ts';
import { plain } from '../../check-report.ts';

const finding = (host: string, ports: string, advice: readonly string[]): ListedFinding => ({
  code: 'blocked',
  severity: 'error',
  message: `${ports} on ${host}: blocked.`,
  args: { host, address: null, ports, instances: 1, rule: 'line 8' },
  advice,
});

/** More than fits one screen, so that findings of one cause are said once. */
const many = (adviceOf: (at: number) => readonly string[]): string =>
  findingList(
    Array.from({ length: 30 }, (_, at) => finding('maps-a', `${10100 + at}/tcp`, adviceOf(at))),
    plain(80),
  ).join('\n');

describe('more findings of one cause than fit a screen', () => {
  test('are said once where the same advice mends them', () => {
    const text = many(() => ['Insert:', '$ nft insert rule a']);
    expect(text).toMatch(/the same 29 more times/);
    expect(text.match(/nft insert/g)).toHaveLength(1);
  });

  test('keep every command where the advice differs', () => {
    const text = many((at) => ['Insert:', `$ nft insert rule ${at % 2 === 0 ? 'tcp' : 'udp'}`]);
    expect(text).toContain('nft insert rule tcp');
    expect(text).toContain('nft insert rule udp');
  });

  test('are folded in a pipe, too, where the lines are long', () => {
    const long = Array.from({ length: 6 }, (_, at) => ({
      ...finding('maps-a', `${10100 + at}/tcp`, []),
      message: 'in the domain profile and if the listener is another program: allowed '.repeat(12),
    }));
    const text = findingList(long, { ...plain(80), width: null }).join('\n');
    expect(text).toMatch(/the same 5 more times/);
  });
});
