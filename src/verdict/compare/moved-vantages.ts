import type { MovedVantage } from '../reports/compare-report.ts';
import type { ComparableReport } from './assert-comparable.ts';

/**
 * Vantage points of which no address is the same in both reports: their packets may take another way.
 * @param nameOf the id that a vantage point of the earlier merged report has in the later one
 */
export function movedVantages(
  before: ComparableReport,
  after: ComparableReport,
  nameOf: (vantage: string) => string,
): readonly MovedVantage[] {
  const was = new Map(placesOf(before).map(({ id, addresses }) => [nameOf(id), addresses]));
  return placesOf(after).flatMap(({ id, addresses }) => {
    const earlier = was.get(id) ?? [];
    const isSame = earlier.length === 0 || addresses.length === 0 || addresses.some(isIn(earlier));
    return isSame ? [] : [{ vantage: id, before: earlier, after: addresses }];
  });
}

interface Place {
  readonly id: string;
  readonly addresses: readonly string[];
}

function placesOf(report: ComparableReport): readonly Place[] {
  switch (report.kind) {
    case 'check':
      return [{ id: report.vantage.as, addresses: report.vantage.addresses }];
    case 'merge':
      return report.vantages;
    case 'audit':
      return [];
  }
}

function isIn(list: readonly string[]): (one: string) => boolean {
  return (one) => list.includes(one);
}
