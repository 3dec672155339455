import { InputError } from '../../input-error.ts';
import { THIS_MACHINE, type Host, type Site } from '../../deployment/site.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import { check, type CheckContext, type CheckOptions } from './check.ts';
import { startDemo } from '../listen/demo.ts';

/** Checks a stand-in for Viz World that lives on this machine for as long as the check takes. */
export async function checkDemo(
  site: Site,
  options: CheckOptions,
  context: CheckContext,
): Promise<CheckReport> {
  const machine = standIn(site);
  const { site: shifted, responder } = await startDemo(
    machine,
    { ...site, hosts: [machine] },
    context.system,
  );
  try {
    const report = await check(shifted, { ...options, isDemo: true }, context);
    return { ...report, assumptions: [demoNote(shifted.portOffset), ...report.assumptions] };
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
    code: 'demo-of-many',
    message: `--demo simulates one machine, but the site has ${hosts.length} hosts`,
    fix: 'describe one machine, for example --demo --instances 4',
  });
}

function demoNote(portOffset: number): string {
  const shift = portOffset === 0 ? '' : `, every port shifted by ${portOffset}`;
  return `demo: a stand-in for Viz World on loopback of this machine${shift}`;
}
