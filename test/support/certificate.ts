import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateOptions {
  /** Folder for the files. */
  readonly folder: string;
  /** The paths of both files, in PEM. */
  readonly key: string;
  readonly certificate: string;
  /** Owner of the files; root only. */
  readonly userId?: number | undefined;
}

/** A self-signed certificate for `localhost`, and its key. */
export async function createCertificate({ folder, key, certificate, userId }: CertificateOptions): Promise<void> {
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const options = { cwd: folder, ...(userId !== undefined && { uid: userId, gid: userId }) };
  await run('openssl', [...kind, ...subject, '-keyout', key, '-out', certificate], options);
}
