import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns/promises';
import { createReadStream, readlinkSync, writeSync } from 'node:fs';
import fs from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeText } from '../decode-text.ts';
import { formatAddress, tryParseAddress, type Address, type Family } from '../net/address.ts';
import { descriptorOf, fileTarget } from './file-target.ts';
import type { ProcessResult, System } from './system.ts';

/** The real machine. */
export const nodeSystem: System = {
  platform: process.platform,
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  descriptorLimit,
  localAddresses,
  sourceAddress,
  resolve,
  readText,
  readBytes,
  listFolder: (folder) => fs.readdir(folder),
  readLinks,
  writeTextAtomic,
  run,
  tcpSocket: () => new net.Socket(),
  tcpServer: (onConnection) => net.createServer(onConnection),
  udpSocket,
  httpRequest: (options) => http.request(options),
  httpServer: (onRequest) => http.createServer(onRequest),
};

/** Addresses are always numeric here, so looking one up takes no turn of the event loop: a datagram leaves when it is asked to. */
function udpSocket(family: Family): dgram.Socket {
  return dgram.createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    ipv6Only: family === 6,
    lookup: (address, _options, done) => {
      done(null, address, family);
    },
  });
}

/** Linux only: elsewhere there is no file to read it from, and Windows has no such limit for sockets. */
async function descriptorLimit(): Promise<number | null> {
  const limits = await fs.readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? null : Number(soft);
}

function localAddresses(): readonly Address[] {
  return Object.values(os.networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .flatMap(({ address }) => tryParseAddress(address) ?? []);
}

function sourceAddress({ family, value }: Address): Promise<Address | null> {
  const socket = dgram.createSocket(family === 4 ? 'udp4' : 'udp6');
  return new Promise((done) => {
    const finish = (address: Address | null): void => {
      socket.close();
      done(address);
    };
    socket.once('error', () => {
      finish(null);
    });
    // Connecting a datagram socket only chooses a route; the discard port is as good as any.
    socket.connect(9, formatAddress({ family, value }), () => {
      finish(tryParseAddress(socket.address().address) ?? null);
    });
  });
}

async function resolve(name: string): Promise<readonly Address[]> {
  const found = await dns.lookup(name, { all: true, order: 'verbatim' });
  return found.flatMap(({ address }) => tryParseAddress(address) ?? []);
}

/**
 * One promise a folder, not one a link: /proc holds ten thousands of descriptors, and a promise each costs four times as
 * much. The event loop gets a turn for every few hundred links, so that running probes are not held up.
 */
async function readLinks(folder: string): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  for (const [index, name] of (await fs.readdir(folder)).entries()) {
    if (index % 512 === 511) await nextTurn();
    try {
      links.set(name, readlinkSync(path.join(folder, name)));
    } catch {
      // Not a link, gone since, or not ours to read.
    }
  }
  return links;
}

async function readText(file: string, maxBytes = Infinity): Promise<string> {
  return decodeText(await readBytes(file, maxBytes));
}

/** Bytes of a file read at a time. */
const CHUNK = 2 ** 20;

async function readBytes(file: string | null, maxBytes: number): Promise<Buffer> {
  // `end` is included: one byte more than allowed tells that there is more.
  const stream =
    file === null ? process.stdin : createReadStream(file, { end: maxBytes, highWaterMark: CHUNK });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw Object.assign(new Error(`more than ${maxBytes} bytes`), { code: 'EFBIG' });
  }
  return Buffer.concat(chunks);
}

async function writeTextAtomic(file: string, text: string): Promise<void> {
  const there = await fs.stat(file).catch(() => null);
  // A rename would put a file in the place of a device or a pipe, which for root are those of the machine.
  if (there !== null && !there.isFile() && !there.isDirectory()) return fs.writeFile(file, text, 'utf8');
  const descriptor = descriptorOf(file);
  // What else the process, or who started it, writes to that file would be lost.
  if (descriptor !== null && there?.isFile() === true) {
    writeWhole(descriptor, text);
    return;
  }
  const target = fileTarget(file);
  const temporary = path.join(path.dirname(target), `.vwaudit.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await fs.open(temporary, 'wx', 0o666);
    try {
      if (there !== null) await handle.chmod(there.mode & 0o777);
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}

function run(
  command: string,
  args: readonly string[],
  options: { readonly timeoutMs?: number } = {},
): Promise<ProcessResult> {
  const limits = { timeout: options.timeoutMs ?? 30_000, maxBuffer: 256 * 1024 * 1024, windowsHide: true };
  return new Promise((done) => {
    execFile(command, [...args], limits, (failure, stdout, stderr) => {
      const code = failure?.code;
      const error =
        failure === null ? null : failure.killed ? 'ETIMEDOUT' : typeof code === 'string' ? code : null;
      const exitCode = failure === null ? 0 : typeof code === 'number' ? code : null;
      done({ exitCode, stdout, stderr, error });
    });
  });
}
