import { VANTAGES } from '../../deployment/role.ts';
import type { AcceptableFlow, AcceptableReport } from './accepted-parts.ts';
import type { Exception } from './exception.ts';

/**
 * Whether an exception is only about what this report did not look at: another role that a check can be made as, or a host of the
 * site that `--host` left out. One file serves the runs of all roles and hosts; a run says nothing of the entries of the others.
 */
export function isOutOfView({ patterns }: Exception, report: AcceptableReport): boolean {
  const flows: readonly AcceptableFlow[] = report.flows;
  const hosts = new Set(flows.map(({ host }) => host));
  const roles = rolesOf(report);
  return patterns.every((pattern) => {
    const [, role, host] = /^([^*>]*)[^>]*>(?:([^*/]+)\/)?/.exec(pattern) ?? [];
    const isOtherRole = pattern.startsWith(`${role ?? ''}>`) && isRole(role) && !roles.has(role);
    const isOtherHost = host !== undefined && Object.hasOwn(report.site.hosts, host) && !hosts.has(host);
    return isOtherRole || isOtherHost;
  });
}

type RoleName = (typeof VANTAGES)[number];

function isRole(role: string | undefined): role is RoleName {
  return VANTAGES.some((one) => one === role);
}

/** The roles whose flows a report can have. */
function rolesOf(report: AcceptableReport): ReadonlySet<RoleName> {
  switch (report.kind) {
    case 'check':
      return new Set([report.vantage.as]);
    case 'merge':
      return new Set(report.vantages.map(({ as }) => as));
    case 'audit':
      return new Set(VANTAGES.filter((one) => one !== 'all'));
  }
}
