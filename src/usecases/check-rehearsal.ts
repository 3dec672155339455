import type { Site } from '../site/site.ts';
import type { CheckReport } from '../verdict/report.ts';
import { check, type CheckContext, type CheckOptions } from './check.ts';
import { startRehearsal } from './rehearse.ts';

/** Checks a stand-in for Viz World that lives on this machine for as long as the check takes. */
export async function checkRehearsal(
  site: Site,
  options: CheckOptions,
  context: CheckContext,
): Promise<CheckReport> {
  const [host] = site.hosts;
  if (host === undefined) throw new Error('a site has at least one host');
  const { site: rehearsed, responder } = await startRehearsal(host, site, context.system);
  try {
    const report = await check(rehearsed, { ...options, isRehearsal: true }, context);
    return { ...report, assumptions: [rehearsalNote(rehearsed.portOffset), ...report.assumptions] };
  } finally {
    await responder.stop();
  }
}

function rehearsalNote(portOffset: number): string {
  const shift = portOffset === 0 ? '' : `, every port shifted by ${portOffset}`;
  return `rehearsal: a stand-in for Viz World on the loopback of this machine${shift}`;
}
