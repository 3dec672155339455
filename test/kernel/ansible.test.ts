import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { ROOT } from '../e2e/run-cli.ts';
import { createLab, type LabHost } from './lab/lab.ts';

/**
 * The playbook of docs/ansible, run by Debian's Ansible from a controller over ssh: three vantage machines and a server that holds
 * the ports and loads our own rules, each in a network namespace.
 */
const PROGRAMS = ['/usr/bin/ansible-playbook', '/usr/sbin/sshd', '/usr/bin/ssh', '/usr/bin/ssh-keygen'];
const missing = PROGRAMS.filter((program) => !existsSync(program));
// sshd changes to the user sshd, which a user namespace of one user does not have.
const isOneUser = !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
const isPossible = missing.length === 0 && !isOneUser;
if (!isPossible) {
  const why = missing.length > 0 ? `${missing.join(', ')} missing` : 'sshd needs real root';
  console.warn(`\n!! NOT TESTED: docs/ansible/vwaudit-check.yml (${why}).`);
  console.warn(
    '!! As root: apt-get install --no-install-recommends ansible-core openssh-server openssh-client\n',
  );
}

const NODE = process.execPath;
const BIN = path.join(ROOT, 'bin', 'run.js');
const SERVER = '10.20.0.11';
const SITE = [
  '--instances',
  '2',
  '--host',
  SERVER,
  '--allow',
  'client=10.1.0.0/24',
  '--allow',
  'config-tool=10.2.0.2',
];

const VANTAGES = [
  { name: 'newsroom-pc', as: 'client', net: '10.1.0' },
  { name: 'admin-pc', as: 'config-tool', net: '10.2.0' },
  { name: 'guest', as: 'outsider', net: '10.3.0' },
] as const;

describe.skipIf(!isPossible)('ansible-playbook vwaudit-check.yml', () => {
  const lab = createLab();
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-ansible-'));
  const started: ReturnType<LabHost['spawn']>[] = [];
  const sshd = new Map<string, ReturnType<LabHost['spawn']>>();
  const reports = path.join(folder, 'reports');
  let controller: LabHost;
  let server: LabHost;

  afterAll(() => {
    for (const child of started) child.kill();
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeAll(async () => {
    controller = lab.host('controller');
    server = lab.host('server');
    server.must(['ip', 'addr', 'add', `${SERVER}/32`, 'dev', 'lo']);
    server.must(['sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0']);
    mkdirSync('/run/sshd', { recursive: true });
    keygen('host');
    keygen('user');
    copyFileSync(path.join(folder, 'user.pub'), path.join(folder, 'authorized_keys'));
    writeFileSync(path.join(folder, 'sshd_config'), SSHD_CONFIG.replaceAll('FOLDER', folder));
    for (const [index, { name, net }] of VANTAGES.entries()) {
      const machine = lab.host(name);
      lab.cable(machine, [`${net}.2/24`], server, [`${net}.1/24`]);
      lab.cable(controller, [`192.168.${index}.1/24`], machine, [`192.168.${index}.2/24`]);
      machine.must(['ip', 'route', 'add', SERVER, 'via', `${net}.1`]);
      const daemon = machine.spawn(['/usr/sbin/sshd', '-D', '-e', '-f', path.join(folder, 'sshd_config')]);
      started.push(daemon);
      sshd.set(name, daemon);
      await once(daemon.stderr, 'data');
    }
    const standIn = server.spawn([NODE, BIN, 'listen', '--instances', '2', '--for', '10m']);
    started.push(standIn);
    await once(standIn.stdout, 'data');
    writeFileSync(path.join(folder, 'inventory.ini'), inventory());
    // The settings of whoever runs the test are not the test's.
    writeFileSync(path.join(folder, 'ansible.cfg'), '');
    copyFileSync(path.join(ROOT, 'docs/ansible/vwaudit-check.yml'), path.join(folder, 'vwaudit-check.yml'));
  });

  test('our own rules on the server: everything as expected from everywhere, exit 0', () => {
    const rules = spawnSync(NODE, [BIN, 'rules', '--format', 'nft', ...SITE, '-q'], { encoding: 'utf8' });
    server.must(['nft', '-f', '-'], { input: rules.stdout });
    const { status, stdout } = play();
    expect(stdout).toMatch(/newsroom-pc +: ok=2/);
    expect(stdout).toContain('Everything is as expected from every vantage point.');
    expect(stdout).toMatch(/PORT +ENDPOINT +client +config-tool +outsider/);
    expect(stdout).toMatch(/103\/tcp +server 1 +config +■ +✓ +■/);
    expect(stdout).toMatch(/\b\d+ proven · 0 failed · 0 unproven/);
    expect(status).toBe(0);
    for (const { name, as, net } of VANTAGES) {
      const report = JSON.parse(readFileSync(path.join(reports, `${name}.json`), 'utf8')) as CheckReport;
      expect(report.vantage).toEqual({ as, addresses: [`${net}.2`] });
    }
  });

  test('no rules: what an outsider reaches fails the play', () => {
    server.must(['nft', 'flush', 'ruleset']);
    const { status, stdout } = play();
    expect(stdout).toMatch(/vwaudit merge: exit 1/);
    expect(stdout).toMatch(/103\/tcp +server 1 +config +! +✓ +!/);
    expect(stdout).toMatch(/reachable by an\W+outsider/);
    expect(status).not.toBe(0);
  });

  test('a machine that can no longer be reached fails the play, and its old report is gone', () => {
    sshd.get('guest')?.kill();
    const { status, stdout } = play();
    expect(stdout).toMatch(/vwaudit merge: exit 2/);
    expect(stdout).toMatch(/guest\.json\W+can't be read \(ENOENT\)/);
    expect(existsSync(path.join(reports, 'guest.json'))).toBe(false);
    expect(status).not.toBe(0);
  });

  function keygen(name: string): void {
    const file = path.join(folder, name);
    const { status, stderr } = spawnSync(
      '/usr/bin/ssh-keygen',
      ['-q', '-t', 'ed25519', '-N', '', '-f', file],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }

  function inventory(): string {
    const command = JSON.stringify([NODE, BIN]);
    return [
      '[vantages]',
      ...VANTAGES.map(({ name, as }, index) => `${name} ansible_host=192.168.${index}.2 vwaudit_as=${as}`),
      '[vantages:vars]',
      'ansible_port=2222',
      'ansible_user=root',
      'ansible_python_interpreter=/usr/bin/python3',
      `ansible_ssh_private_key_file=${folder}/user`,
      "ansible_ssh_common_args='-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'",
      '[all:vars]',
      `vwaudit_command=${command}`,
      `vwaudit_merge_command=${command}`,
      `vwaudit_site_flags=${JSON.stringify(SITE)}`,
      'vwaudit_merge_flags=[]',
      `vwaudit_reports=${reports}`,
      '',
    ].join('\n');
  }

  function play(): { readonly status: number | null; readonly stdout: string } {
    const env = {
      ANSIBLE_HOME: path.join(folder, 'home'),
      ANSIBLE_LOCAL_TEMP: path.join(folder, 'tmp'),
      ANSIBLE_REMOTE_TMP: path.join(folder, 'remote'),
      ANSIBLE_CONFIG: path.join(folder, 'ansible.cfg'),
      ANSIBLE_PIPELINING: '1',
      // No ssh that outlives the test.
      ANSIBLE_SSH_ARGS: '-o ControlMaster=no',
      ANSIBLE_NOCOLOR: '1',
      LC_ALL: 'C.UTF-8',
    };
    const { status, stdout, stderr } = controller.run(
      ['ansible-playbook', '-i', path.join(folder, 'inventory.ini'), path.join(folder, 'vwaudit-check.yml')],
      { env },
    );
    return { status, stdout: `${stdout}${stderr}` };
  }
});

const SSHD_CONFIG = `Port 2222
HostKey FOLDER/host
AuthorizedKeysFile FOLDER/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
LogLevel INFO
`;
