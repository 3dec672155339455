import type { Extensions } from '../lower/extensions.ts';
import { MATCH_MODULES, PROTOCOL_MODULES } from '../modules/modules.ts';
import { TARGETS } from '../targets/targets.ts';

/** Everything that ships with iptables 1.8. */
export const EXTENSIONS: Extensions = {
  modules: MATCH_MODULES,
  protocolModules: PROTOCOL_MODULES,
  targets: TARGETS,
};
