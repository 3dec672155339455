import type { Checked } from './checked.ts';
import type { CombinedEvidence } from './combine-evidence.ts';
import type { JudgeContext } from './judge-check.ts';

/**
 * Programs that everybody knows and that are no part of Viz World: interpreters, shells, relays, web servers, proxies, the server of
 * Siemens S7 tools. What Viz World's own programs are called is not public, so any other name may be one of them; so may
 * `System`, which stands for http.sys, and Java and .NET, which run programs of any vendor.
 */
const OTHERS =
  /^(?:python[\d.]*w?|perl[\d.]*|ruby[\d.]*|php(?:-fpm)?[\d.]*|lua[\d.]*|tclsh[\d.]*|(?:ba|da|z|k|power)?sh(?:ell)?|pwsh|cmd|nc(?:\.\w+)?|ncat|netcat|socat|busybox|sshd?|nginx|apache2|httpd|lighttpd|caddy|haproxy|envoy|traefik|stunnel[\d.]*|docker-proxy|rootlesskit|systemd|init|x?inetd|iperf[\d.]*|s7oiehsx(?:64)?)(?:\.exe)?$/i;

/** Every one of the programs is known, and none is Viz World. */
export function areWellKnown(names: readonly (string | null)[]): boolean {
  return names.every((name) => name !== null && (OTHERS.test(name) || NODE.test(name)));
}

/** Node, which may run `vwaudit listen` where its command line is not shown. */
export const NODE = /^node(?:js)?(?:\.exe)?$/i;

/** Viz World runs on Windows, and elsewhere under Wine if at all. */
const ON_WINE = /^wine|\.exe$/i;

/** Open here, but held by a program that is not Viz World; false where that may be. */
export function isOtherProgram(
  { local }: Pick<Checked, 'local'>,
  { state }: Pick<CombinedEvidence, 'state'>,
  { standIn, isWindows = true }: Pick<JudgeContext, 'standIn' | 'isWindows'>,
): boolean {
  const names = (local?.covering ?? []).map(({ process }) => process);
  if (state !== 'open' || names.length === 0 || standIn === 'expected') return false;
  if (names.every((name) => name !== null && OTHERS.test(name))) return true;
  if (standIn !== 'refused') return false;
  return names.every((name) =>
    name === null ? !isWindows : OTHERS.test(name) || NODE.test(name) || (!isWindows && !ON_WINE.test(name)),
  );
}
