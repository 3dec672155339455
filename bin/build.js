#!/usr/bin/env node
// `npm run build`: bundles src/ into a fresh folder, one file a command and chunks for what they share (a start reads dozens of
// files, not hundreds), then moves it over the build before, so that the program is there at every moment and stays as it was
// where the sources can't be bundled. Types are checked by `npm run check`.
//   --if-possible   (npm's `prepare`) no error where there is nothing to build from: packed files, or no development dependencies
import fs from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const PREFIX = '.build-';

process.exitCode = await build();

async function build() {
  const isOptional = process.argv.includes('--if-possible');
  if (!fs.existsSync(path.join(root, 'src'))) return isOptional ? 0 : fail('there is no src folder here');
  const esbuild = await import('esbuild').catch(() => undefined);
  if (esbuild === undefined) {
    const why = 'not built: esbuild, a development dependency, is not installed; run npm ci';
    if (!isOptional) return fail(why);
    console.error(`vwaudit: ${why}`);
    return 0;
  }
  removeLeftovers();
  const fresh = path.join(dist, `${PREFIX}${process.pid}`);
  try {
    const isBundled = await esbuild.build(options(fresh)).then(
      () => true,
      () => false,
    );
    if (!isBundled) return fail('the sources do not compile; the last build stays');
    const manifest = await manifestOf(fresh);
    install(fresh, isOptional);
    replace(path.join(root, 'oclif.manifest.json'), manifest);
    return 0;
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

/** Every folder is as deep below the root as those of src/, so that templates are found from both. */
function options(outdir) {
  const commands = fs.readdirSync(path.join(root, 'src', 'commands')).map((file) => `commands/${file}`);
  return {
    absWorkingDir: root,
    entryPoints: ['cli/main.ts', ...commands].map((file) => path.join('src', file)),
    outbase: 'src',
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
  };
}

function fail(why) {
  console.error(`vwaudit: ${why}`);
  return 1;
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

/**
 * A rename replaces a file in one step, chunks before the commands that load them. Chunks of the build before stay (but not in a
 * package): a program that has started may not have loaded all of its own yet.
 */
function install(fresh, isForPackage) {
  const last = fs.statSync(path.join(dist, 'cli', 'main.js'), { throwIfNoEntry: false })?.mtime ?? 0;
  const now = new Date();
  const files = filesIn(fresh).sort((a, b) => Number(isChunk(b)) - Number(isChunk(a)));
  for (const file of files) {
    const [from, to] = [path.join(fresh, file), path.join(dist, file)];
    fs.utimesSync(from, now, now);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.renameSync(from, to);
  }
  const kept = new Set(files);
  for (const file of filesIn(dist).filter((one) => !kept.has(one))) {
    const whole = path.join(dist, file);
    if (isForPackage || !isChunk(file) || fs.statSync(whole).mtime < last) fs.rmSync(whole, { force: true });
  }
}

function isChunk(file) {
  return file.startsWith(`chunks${path.sep}`);
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
