import { STAND_IN_PORT, STAND_IN_SERVER } from '../../probe/probes/greeting.ts';
import { listenOn } from './listen-on.ts';
import type { StandIn } from './stand-in.ts';

/** Answers every HTTP request with one line of text, once a connection. */
export const httpStandIn: StandIn = (held, context) =>
  listenOn(
    context.system.httpServer((request, response) => {
      request.resume();
      response
        .writeHead(200, {
          server: STAND_IN_SERVER,
          [STAND_IN_PORT]: String(held.endpoint.port),
          'content-type': 'text/plain; charset=utf-8',
          'content-length': BODY.length,
          connection: 'close',
        })
        .end(request.method === 'HEAD' ? undefined : BODY);
    }),
    held,
    context,
    () => undefined,
  );

const BODY = 'vwaudit stands in for Viz World here.\n';
