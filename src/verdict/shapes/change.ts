/** How a flow fares compared with an earlier report, the worst first. */
export const CHANGES = ['worse', 'gone', 'new', 'changed', 'better', 'unchanged'] as const;

export type Change = (typeof CHANGES)[number];
