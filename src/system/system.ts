import type { Socket as UdpSocket } from 'node:dgram';
import type { ClientRequest, RequestListener, RequestOptions, Server as HttpServer } from 'node:http';
import type { Server, Socket as TcpSocket } from 'node:net';
import type { Address, Family } from '../net/address.ts';

/** What a started program left behind; `exitCode` null when it was killed or never started (`error` says why). */
export interface ProcessResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** `ENOENT`, `ETIMEDOUT`, …; null when it ran to its end. */
  readonly error: string | null;
}

/** Every side effect the program has; rooms above get it as a parameter and tests may pass their own. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** Wall clock, read once a run for the report. */
  now(): Date;
  /** Monotonic milliseconds with fractions, for round trips and deadlines. */
  monotonicMs(): number;
  /** The soft limit of open descriptors, null where unknown. */
  descriptorLimit(): Promise<number | null>;
  /** This machine's own addresses, loopback included. */
  localAddresses(): readonly Address[];
  /** The address this machine would speak from to that one, null without a route; sends nothing. */
  sourceAddress(target: Address): Promise<Address | null>;
  /** Every address of a name, in the resolver's order; rejects with the resolver's error (`code` ENOTFOUND, …). */
  resolve(name: string): Promise<readonly Address[]>;
  /** A whole file as text, UTF-8 or UTF-16 with its byte order mark; rejects with the system's error, or EFBIG for one that holds more than `maxBytes` (or never ends). */
  readText(path: string, maxBytes?: number): Promise<string>;
  /** A whole file (null: standard input) as it is; rejects as {@link readText} does. */
  readBytes(path: string | null, maxBytes: number): Promise<Uint8Array>;
  /** Names in a folder, in no particular order. */
  listFolder(path: string): Promise<readonly string[]>;
  /** Where the symbolic links in a folder point, by name; entries that are no link or may not be read are left out. */
  readLinks(folder: string): Promise<ReadonlyMap<string, string>>;
  /** All or nothing: a temporary file beside the target, then a rename; what is no file (a device, a pipe) gets the text itself. */
  writeTextAtomic(path: string, text: string): Promise<void>;
  /** Runs a program without a shell; never rejects. */
  run(
    command: string,
    args: readonly string[],
    options?: { readonly timeoutMs?: number },
  ): Promise<ProcessResult>;
  /** A fresh, unconnected TCP socket. */
  tcpSocket(): TcpSocket;
  tcpServer(onConnection: (socket: TcpSocket) => void): Server;
  udpSocket(family: Family): UdpSocket;
  httpServer(onRequest: RequestListener): HttpServer;
  httpRequest(options: RequestOptions): ClientRequest;
}
