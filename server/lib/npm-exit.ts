const interval = 500;

/**
 * Calls back once when the npm or npx that started this process is gone. npm ends at a SIGTERM without passing it on: a
 * supervisor that stops `npm start` would leave the server running. Does nothing when npm did not start the process, since a
 * program may well outlive another parent, such as a shell.
 *
 * @param runtime `process`, or a part of it in tests
 */
export function onNpmExit(runtime: Pick<NodeJS.Process, 'env' | 'ppid'>, callback: () => void): void {
  if (runtime.env.npm_command === undefined) return;
  const parent = runtime.ppid;
  const timer = setInterval(() => {
    if (runtime.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, interval).unref();
}
