/** Processor time that this thread takes for the work, in milliseconds. Unlike wall time, it ignores other load. */
export function measureProcessorTime(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
