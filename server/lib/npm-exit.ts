const interval = 500;

/**
 * Calls back once when the npm or npx process that started this one has exited. npm exits on SIGTERM without forwarding
 * it, so a supervisor that stops `npm start` would leave the server running. Does nothing if npm did not start the
 * process, because a program may well outlive another parent, such as a shell.
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
