/** The two ways the guide can be read where it contradicts itself: its worked example, or its table and formula. */
export type GuideReading = 'example' | 'table';

/** `auto`: HTTP numbers by the example, UDP roles left open (both directions expected). */
export const READINGS = ['auto', 'example', 'table'] as const;

export type Reading = (typeof READINGS)[number];

/** Which side of the guide decides numbers and hosts. */
export function guideReading(reading: Reading): GuideReading {
  return reading === 'table' ? 'table' : 'example';
}
