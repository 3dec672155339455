import { programIn, type RunProgram } from '../../e2e/in-process.ts';
import type { LabHost } from './lab.ts';

const programs = new WeakMap<LabHost, RunProgram>();

/** Runs the built program on the host: one process for all its command lines. What needs a process of its own uses `host.run`. */
export function programOn(host: LabHost): RunProgram {
  const program = programs.get(host) ?? programIn(['ip', 'netns', 'exec', host.name]);
  programs.set(host, program);
  return program;
}

/** What `vwaudit collect` writes on the host. */
export async function collectOn(host: LabHost): Promise<string> {
  const { code, stdout, stderr } = await programOn(host)(['collect', '--quiet']);
  if (code !== 0) throw new Error(`collect on ${host.name}: ${stderr}`);
  return stdout;
}
