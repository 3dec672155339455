import type { ThreadFlowLocation } from 'sarif';
import type { FlowPath } from '../../results/flow-path.ts';
import { SARIF_LIMITS } from './limits.ts';

/** How much of a file may be paths: those of the worst results come first, and what does not fit is left out. */
export class PathBudget {
  private left = SARIF_LIMITS.bytes * SHARE;
  private readonly refused = new Set<FlowPath>();

  /** The steps of a path where there is room for them; null where there is none. */
  take(
    path: FlowPath,
    stepsOf: (path: FlowPath) => readonly ThreadFlowLocation[],
  ): readonly ThreadFlowLocation[] | null {
    if (this.refused.has(path)) return null;
    const steps = stepsOf(path);
    const size = asciiJson(steps).length;
    if (size > this.left) {
      this.refused.add(path);
      return null;
    }
    this.left -= size;
    return steps;
  }
}

const SHARE = 0.6;

/** JSON without any other character than those of ASCII, so that its length is its size. */
export function asciiJson(value: unknown): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escape);
}
