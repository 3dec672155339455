import { InputError } from '../input-error.ts';
import { THIS_MACHINE, type Host, type Site } from '../site/site.ts';
import type { CheckReport } from '../verdict/report.ts';
import { check, type CheckContext, type CheckOptions } from './check.ts';
import { startRehearsal } from './rehearse.ts';

/** Checks a stand-in for Viz World that lives on this machine for as long as the check takes. */
export async function checkRehearsal(
  site: Site,
  options: CheckOptions,
  context: CheckContext,
): Promise<CheckReport> {
  const machine = standIn(site);
  const { site: rehearsed, responder } = await startRehearsal(
    machine,
    { ...site, hosts: [machine] },
    context.system,
  );
  try {
    const report = await check(rehearsed, { ...options, isRehearsal: true }, context);
    return { ...report, assumptions: [rehearsalNote(rehearsed.portOffset), ...report.assumptions] };
  } finally {
    await responder.stop();
  }
}

/** The only host of the site, moved to this machine's loopback. */
function standIn({ hosts }: Site): Host {
  const [host, other] = hosts;
  if (host === undefined) throw new Error('a site has at least one host');
  if (other === undefined) return { ...host, key: THIS_MACHINE, name: null, addresses: [] };
  throw new InputError({
    code: 'rehearsal-of-many',
    message: `--rehearse stands in for one machine, and the site has ${hosts.length} hosts`,
    fix: 'say what that machine runs: for example --rehearse --instances 4',
  });
}

function rehearsalNote(portOffset: number): string {
  const shift = portOffset === 0 ? '' : `, every port shifted by ${portOffset}`;
  return `rehearsal: a stand-in for Viz World on the loopback of this machine${shift}`;
}
