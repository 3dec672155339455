import { InputError } from '../../input-error.ts';
import { isObject, readShape } from '../../json-shape.ts';
import { parseJson } from '../../parse-json.ts';
import { contactRecord, countsRecord, listenHead, listenSummary } from './listen-log.ts';
import { SessionReader, type ListenSession } from './listen-session.ts';

/**
 * Reads back what `vwaudit listen` wrote, perhaps several runs of it one after the other. A last line without its end is
 * being written just now and left alone.
 * @param file for messages
 * @throws InputError with the line of anything else
 */
export function readListenLog(written: string, file: string): readonly ListenSession[] {
  const sessions: SessionReader[] = [];
  const lines = written.split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    try {
      // Where logs were put together, each may have brought its byte order mark.
      readLine(line.replace(/^\ufeff/, ''), file, sessions);
    } catch (error) {
      throw error instanceof InputError ? new InputError({ ...error.problem, line: index + 1 }) : error;
    }
  }
  if (sessions.length > 0) return sessions.map((reader) => reader.session());
  throw notALog('it contains no complete line', file);
}

/** Whether a text begins with the head of a listen log. */
export function isListenLog(text: string): boolean {
  const first = /^\ufeff?(\{[^\n]*\})\r?\n/.exec(text)?.[1];
  if (first === undefined) return false;
  try {
    const value = parseJson(first, '');
    return isObject(value) && value.kind === 'listen';
  } catch {
    return false;
  }
}

function readLine(line: string, file: string, sessions: SessionReader[]): void {
  const value = parseLine(line, file, sessions.length === 0);
  const kind = isObject(value) ? value.kind : undefined;
  if (kind === 'listen') {
    if (isObject(value) && value.schemaVersion !== 1) throw notALog('its schemaVersion is not 1', file);
    sessions.push(new SessionReader(readShape(listenHead, value, file), file));
    return;
  }
  const session = sessions.at(-1);
  if (session === undefined) throw notALog(NO_HEAD, file);
  switch (kind) {
    case 'contact':
      session.contact(readShape(contactRecord, value, file));
      return;
    case 'counts': {
      const { time, ports } = readShape(countsRecord, value, file);
      session.counts(time, ports, false);
      return;
    }
    case 'summary': {
      const { time, ports } = readShape(listenSummary, value, file);
      session.counts(time, ports, true);
      return;
    }
    default:
      throw notALog('not a line of a listen log', file);
  }
}

/** What is no JSON at its beginning is another file; later it is a log that was damaged. */
function parseLine(line: string, file: string, isFirst: boolean): unknown {
  try {
    return parseJson(line, file);
  } catch (error) {
    throw isFirst && error instanceof InputError ? notALog(NO_HEAD, file) : error;
  }
}

const NO_HEAD = 'it does not begin with the header of a listen log';

function notALog(message: string, file: string): InputError {
  return new InputError({
    code: 'bad-listen-log',
    message,
    fix: 'give the log of vwaudit listen (--out or standard output)',
    file,
  });
}
