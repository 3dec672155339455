// `npm test`: every test that can run on this machine, and a loud word about those that can't.
//
//   VWAUDIT_REQUIRE_KERNEL=1   a kernel test that can't run is a failure (set by .ci/run)
//   VWAUDIT_SHARE=2            twice as many cases of the longest lists (set by .ci/run)
//   VWAUDIT_THOROUGH=1         every case of them
//
// Kernel tests run inside private network and mount namespaces (`unshare`), so that no firewall rule, address or
// namespace of theirs ever touches this machine, and nothing is left when they end: as root directly, as an ordinary
// user in a user namespace.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inPrivateNamespaces } from './private-namespaces.mjs';

const root = path.dirname(import.meta.dirname);
const isRoot = process.getuid?.() === 0;
const isRequired = process.env.VWAUDIT_REQUIRE_KERNEL === '1';
const filters = process.argv.slice(2);

/** Debian package for each program the kernel tests call. */
const ENGINES = { nft: 'nftables', iptables: 'iptables', ipset: 'ipset', ip: 'iproute2' };

const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, said once more at the end: a log of thousands of lines is often cut. */
const failures = [];
let isFailed = false;

installEngines();
const kernel = kernelCommand();
const UNIT = ['npx', 'vitest', 'run', '--project', 'unit', '--project', 'e2e', ...filters];
const KERNEL = ['npx', 'vitest', 'run', '--project', 'kernel', ...filters];
if (kernel.command) {
  // Kernel tests mostly wait for packets, the others mostly compute: together they take little longer than the longer of both.
  const lab = runVitest([...kernel.command, ...KERNEL], { env: { VWAUDIT_LAB: '1' }, stdio: 'pipe' });
  await runVitest(UNIT);
  console.log('Kernel tests still run, or have ended; what they wrote follows when they have.');
  console.log(await lab);
} else {
  await runVitest(UNIT);
  isFailed ||= isRequired;
}

if (!kernel.command) {
  console.log(`\n!! THE KERNEL TESTS DID NOT RUN: ${kernel.why}.`);
  console.log(
    '!! Not proven on this machine: that real engines load the generated rules, that real packets meet them as',
  );
  console.log('!! intended, and what probes report of real drops and rejects (everything in test/kernel).\n');
}
const { passed, failed, skipped } = totals;
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (passed + failed + skipped === 0) {
  console.log(`No test ran: no file matches ${filters.join(' ') || 'anything'}.`);
  isFailed = true;
}
process.exitCode = isFailed || failed > 0 ? 1 : 0;

function installEngines() {
  if (process.platform !== 'linux') return;
  const missing = Object.entries(ENGINES).filter(([program]) => !has(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isRoot || !has('apt-get')) {
    console.log(`Missing for the kernel tests: ${packages.join(', ')}. As root: ${command}`);
    return;
  }
  console.log(`Installing for the kernel tests: ${packages.join(', ')} (${command})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    stdio: 'inherit',
    env,
  });
}

/** How to start something inside private namespaces here, or why that is impossible. */
function kernelCommand() {
  if (process.platform !== 'linux') return { why: 'they need Linux' };
  const missing = Object.keys(ENGINES).filter((program) => !has(program));
  if (missing.length > 0) return { why: `missing ${missing.join(', ')}` };
  const command = inPrivateNamespaces;
  const trial = spawnSync(
    command[0],
    [...command.slice(1), 'sh', '-c', 'ip netns add trial && ip netns exec trial nft list ruleset'],
    { encoding: 'utf8' },
  );
  if (trial.status === 0) return { command };
  return {
    why: `this machine allows no private network namespace (${(trial.stderr || String(trial.error)).trim().split('\n')[0]})`,
  };
}

/** Runs vitest and counts its results. @returns what it wrote to pipes */
async function runVitest(command, { env = {}, stdio = 'inherit' } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-test-'));
  const file = path.join(folder, 'result.json');
  const args = [
    ...command.slice(1),
    ...(filters.length > 0 ? ['--passWithNoTests'] : []),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(command[0], args, {
    stdio: ['inherit', stdio, stdio],
    cwd: root,
    env: { ...process.env, ...color, ...env },
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (written += text));
  const [status] = await once(child, 'close');
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests;
    totals.skipped += result.numPendingTests + result.numTodoTests;
    failures.push(...result.testResults.flatMap(failuresOf));
    if (isRequired && env.VWAUDIT_LAB && result.numPendingTests > 0) {
      console.log(
        `${result.numPendingTests} kernel tests were skipped, and VWAUDIT_REQUIRE_KERNEL=1 forbids that.`,
      );
      isFailed = true;
    }
  } catch (error) {
    console.log(`No test result from vitest: ${error.message}`);
    isFailed = true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (status !== 0) isFailed = true;
  return written;
}

/** Each failed test of a file with the beginning of its message; the file itself where it could not be loaded. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = path.relative(root, name);
  const failed = assertionResults.filter((one) => one.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}: ${message.slice(0, 300)}`] : [];
  return failed.map((one) => `${file} > ${one.fullName}: ${one.failureMessages.join('\n').slice(0, 600)}`);
}

function has(program) {
  const places = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return places.some((place) => spawnSync('test', ['-x', path.join(place, program)]).status === 0);
}
