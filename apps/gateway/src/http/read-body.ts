import type { FastifyReply, FastifyRequest } from 'fastify';

/** The largest body that is read, in bytes. */
export const maxBodyBytes = 65_536;

/**
 * Reads the body of a request into `request.body`, then calls `then`. It does what fastify's parser of raw bodies
 * does, without an asynchronous resource and bound functions for each request, which cost more than the reading.
 */
export function readBody(request: FastifyRequest, reply: FastifyReply, then: () => void): void {
  const { raw } = request;
  if (request.method === 'GET') return then();
  if (Number(raw.headers['content-length']) > maxBodyBytes) return refuse(reply, 413);
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBodyBytes) end(() => refuse(reply, 413));
  };
  const onEnd = (): void =>
    end(() => {
      const [first] = chunks;
      if (first !== undefined) request.body = chunks.length === 1 ? first : Buffer.concat(chunks, length);
      then();
    });
  const onError = (): void => end(() => refuse(reply, 400));
  const end = (next: () => void): void => {
    raw.off('data', onData).off('end', onEnd).off('error', onError);
    next();
  };
  raw.on('data', onData).on('end', onEnd).on('error', onError);
}

/** The caller may go on sending, so the connection ends with the answer. */
function refuse(reply: FastifyReply, statusCode: 400 | 413): void {
  void reply.header('connection', 'close').send(Object.assign(new Error('the body'), { statusCode }));
}
