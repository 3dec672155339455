/** Writes to stdout and waits until it is accepted; a reader that has gone (`| head`) is not an error. */
export function writeStdout(text: string): Promise<void> {
  return write(process.stdout, text);
}

/** As {@link writeStdout}, for progress, notices and errors. */
export function writeStderr(text: string): Promise<void> {
  return write(process.stderr, text);
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EPIPE') resolve();
      else reject(error);
    };
    stream.once('error', onError);
    stream.write(text, (error) => {
      if (error) return; // 'error' follows and decides
      stream.off('error', onError);
      resolve();
    });
  });
}
