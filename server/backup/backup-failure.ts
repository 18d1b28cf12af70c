/** Why a backup could not be made or was rejected: one line without secrets. */
export class BackupFailure extends Error {
  override readonly name = 'BackupFailure';
}

export const damaged = (cause?: unknown) =>
  new BackupFailure('The file is damaged: it was cut off or altered. Nothing was written.', { cause });
