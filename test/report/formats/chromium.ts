import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { consumer } from './consumer.ts';

export const CHROMIUM = consumer('chromium', { install: 'apt install chromium' });

/** One page of a browser without a screen, driven over pipes; nothing listens on a port. */
export interface Page {
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Ends with the test. */
export async function openPage(folder: string): Promise<Page> {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const child = spawn(
    CHROMIUM.program,
    [
      ...flags,
      '--disable-background-networking',
      `--user-data-dir=${folder}/profile`,
      '--remote-debugging-pipe',
    ],
    // A group of its own: its helpers write to the profile as long as they live.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
  });
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (message: Message) => void>();
  const events: ((message: Message) => void)[] = [];
  let pending = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (pending + text).split('\0');
    pending = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      if (message.id === undefined)
        events.forEach((listen) => {
          listen(message);
        });
      else waiting.get(message.id)?.(message);
    }
  });
  let last = 0;
  const session: { id?: string } = {};
  const send: Page['send'] = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, ({ result = {}, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      input.write(`${JSON.stringify({ id, method, params, sessionId: session.id })}\0`);
    });
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const attached = await send('Target.attachToTarget', { targetId, flatten: true });
  session.id = attached.sessionId as string;
  await send('Page.enable');
  return {
    send,
    async open(url) {
      const loaded = new Promise<void>((resolve) => {
        events.push(({ method }) => {
          if (method === 'Page.loadEventFired') resolve();
        });
      });
      await send('Page.navigate', { url });
      await loaded;
    },
    async evaluate<T>(expression: string): Promise<T> {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    },
  };
}
