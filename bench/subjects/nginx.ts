import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { firstChild, measuredCore, spawnPinned } from '../machine/process.ts';
import { waitFor } from '../machine/wait.ts';
import { answers, type RunningSubject, type SubjectSettings } from './subject.ts';

/** A plain keep-alive reverse proxy with one worker. Bodies stay in memory, which was faster than streaming them. */
function configuration(folder: string, port: number, upstreamPort: number): string {
  return `
    worker_processes 1; worker_rlimit_nofile 20000; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 20000; }
    http {
      access_log off; client_max_body_size 8m; client_body_buffer_size 4m; keepalive_requests 1000000000;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      upstream bench { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; }
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location / { proxy_pass http://bench; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }
    }`;
}

export async function startNginx({ folder, upstreamPort }: SubjectSettings): Promise<RunningSubject> {
  const port = await freePort();
  // Ports may be reused, so the name does not contain the port.
  const home = mkdtempSync(join(folder, 'nginx-'));
  writeFileSync(join(home, 'nginx.conf'), configuration(home, port, upstreamPort));
  const master = spawnPinned('nginx', ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')], {
    core: measuredCore,
    logFile: join(home, 'output.log'),
  });
  await waitFor('nginx', () => answers(port));
  const pid = await waitFor("nginx's worker", () => firstChild(master.pid));
  return { name: 'nginx', port, pid, headers: {}, [Symbol.asyncDispose]: () => master[Symbol.asyncDispose]() };
}
