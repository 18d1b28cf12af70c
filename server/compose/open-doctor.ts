import type { DoctorSession } from '../cli/command-line.ts';
import type { Config } from '../config.ts';
import { createGatewayDoctor } from './create-doctor.ts';
import { type Data, openData } from './open-data.ts';
import { writeCapture } from './write-capture.ts';

/**
 * A doctor for the command line, whether or not the gateway is running. The data is opened once, when it is first
 * needed.
 */
export function openDoctor(config: Config): DoctorSession {
  let opening: Promise<Data> | undefined;
  const open = () => {
    const ignore = () => undefined;
    opening ??= openData(config, { warn: ignore, onError: ignore, background: false });
    return opening;
  };
  return {
    doctor: createGatewayDoctor(config, { isServing: false, open }),
    async capture(file, { credentialId, probes }, onExchange) {
      const data = await open();
      const view = data.pool.get(credentialId);
      if (view === undefined) throw new Error('The credential no longer exists.');
      await writeCapture({
        data,
        credential: view.credential,
        probes,
        origin: config.atlassianOrigin,
        file,
        onExchange: ({ route, response, error }) =>
          onExchange(route, response === null ? (error ?? 'no answer') : `${response.status}, ${response.end}`),
      });
    },
    async close() {
      const data = await opening?.catch(() => undefined);
      await data?.close();
    },
  };
}
