import { holdersOf, type Checked } from './checked.ts';
import type { CombinedEvidence } from './combine-evidence.ts';
import type { JudgeContext } from './judge-check.ts';

/**
 * Programs that everybody knows and that are no part of Viz World: interpreters, shells, relays, web servers, proxies, the server of
 * Siemens S7 tools. What Viz World's own programs are called is not public, so any other name may be one of them; so may
 * `System`, which stands for http.sys, and Java and .NET, which run programs of any vendor.
 */
const OTHERS =
  /^(?:python[\d.]*w?|perl[\d.]*|ruby[\d.]*|php(?:-fpm)?[\d.]*|lua[\d.]*|tclsh[\d.]*|(?:ba|da|z|k|power)?sh(?:ell)?|pwsh|cmd|nc(?:\.\w+)?|ncat|netcat|socat|busybox|sshd?|nginx|apache2|httpd|lighttpd|caddy|haproxy|envoy|traefik|stunnel[\d.]*|docker-proxy|rootlesskit|systemd|init|x?inetd|iperf[\d.]*|s7oiehsx(?:64)?)(?:\.exe)?$/i;

/** Node, which may run `vwaudit listen` where its command line is not shown. */
export const NODE = /^node(?:js)?(?:\.exe)?$/i;

/**
 * Open here, by programs alone that are no part of Viz World. Where Viz World itself is asked for (`--no-stand-in`) Node is none
 * either, and nothing is proven; else a stand-in of the user's own is as good.
 */
export function isOtherProgram(
  checked: Pick<Checked, 'local'>,
  { state }: Pick<CombinedEvidence, 'state'>,
  { standIn }: Pick<JudgeContext, 'standIn'>,
): boolean {
  const names = holdersOf(checked);
  if (state !== 'open' || names.length === 0 || standIn === 'expected') return false;
  return names.every(
    (name) => name !== null && (OTHERS.test(name) || (standIn === 'refused' && NODE.test(name))),
  );
}

/** Who must get in meets a server of another protocol, which Viz World's are not: nothing is proven. */
export function greetsOtherwise(
  { flow, observation }: Pick<Checked, 'flow' | 'observation'>,
  { state }: Pick<CombinedEvidence, 'state'>,
): boolean {
  return flow.expected === 'reachable' && state === 'open' && observation.protocol !== undefined;
}
