import { z } from 'zod';
import { text, type Shaped } from '../../json-shape.ts';

/** An exception that somebody reviewed: why, and the last day it counts. */
export const accepted = z
  .object({ reason: text, until: text.describe('the last day, YYYY-MM-DD') })
  .meta({ id: 'accepted', description: 'what --accept says of it; the verdict stays what it is' });

export type Accepted = Shaped<typeof accepted>;
