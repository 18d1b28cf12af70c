/** Why there is no backup, or why one is not taken: one line, without anything secret. */
export class BackupFailure extends Error {
  override readonly name = 'BackupFailure';
}

export const damaged = (cause?: unknown) =>
  new BackupFailure('The file is damaged: it was cut off or altered. Nothing was written.', { cause });
