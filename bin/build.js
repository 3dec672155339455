#!/usr/bin/env node
// `npm run build`: compiles src/ into a fresh folder, then moves what changed over the old files one by one, so that the program
// is there at every moment, and stays as it was where the sources do not compile.
//   --if-possible   (npm's `prepare`) no error where there is nothing to build from: packed files, or no development dependencies
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const PREFIX = '.build-';

process.exitCode = await build();

async function build() {
  const isOptional = process.argv.includes('--if-possible');
  const compiler = compilerPath();
  if (!fs.existsSync(path.join(root, 'src'))) return isOptional ? 0 : fail('there is no src folder here');
  if (compiler === undefined) {
    const why = 'not built: TypeScript, a development dependency, is not installed; run npm ci';
    if (!isOptional) return fail(why);
    console.error(`vwaudit: ${why}`);
    return 0;
  }
  removeLeftovers();
  const fresh = path.join(dist, `${PREFIX}${process.pid}`);
  try {
    const { status } = spawnSync(
      process.execPath,
      [compiler, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', fresh],
      { stdio: 'inherit' },
    );
    if (status !== 0) return fail('the sources do not compile; the last build stays');
    const manifest = await manifestOf(fresh);
    install(fresh);
    replace(path.join(root, 'oclif.manifest.json'), manifest);
    return 0;
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

function fail(why) {
  console.error(`vwaudit: ${why}`);
  return 1;
}

function compilerPath() {
  try {
    return createRequire(path.join(root, 'package.json')).resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}

/** What oclif knows of the commands without loading them, so that a start loads the one command it runs. */
async function manifestOf(fresh) {
  const { Plugin } = await import('@oclif/core/config');
  const pjson = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { target } = pjson.oclif.commands;
  pjson.oclif.commands.target = path.join(path.relative(root, fresh), path.relative('dist', target));
  const plugin = new Plugin({ isRoot: true, pjson, root, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  const { manifest } = plugin;
  const inFresh = path.relative(root, fresh).split(path.sep);
  for (const command of Object.values(manifest.commands))
    command.relativePath = ['dist', ...command.relativePath.slice(inFresh.length)];
  return `${JSON.stringify(manifest)}\n`;
}

/** A rename replaces a file in one step; what the new build does not have goes last. */
function install(fresh) {
  const files = filesIn(fresh);
  for (const file of files) {
    const [from, to] = [path.join(fresh, file), path.join(dist, file)];
    if (isSame(from, to)) continue;
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.renameSync(from, to);
  }
  const kept = new Set(files);
  for (const file of filesIn(dist)) if (!kept.has(file)) fs.rmSync(path.join(dist, file), { force: true });
}

function replace(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, file);
}

/** Of a build that was killed. */
function removeLeftovers() {
  fs.mkdirSync(dist, { recursive: true });
  for (const name of fs.readdirSync(dist).filter((one) => one.startsWith(PREFIX)))
    if (!isRunning(Number(name.slice(PREFIX.length))))
      fs.rmSync(path.join(dist, name), { recursive: true, force: true });
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Paths below a folder, without those of builds under way. */
function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(PREFIX));
}

function isSame(one, other) {
  return fs.existsSync(other) && fs.readFileSync(one).equals(fs.readFileSync(other));
}
