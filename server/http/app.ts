import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import fastify, { LogController } from 'fastify';
import type { Logger } from 'pino';
import { adminApiPrefix } from '../../contract/index.ts';
import type { PublicUrl } from '../lib/public-url.ts';
import type { AdminServices } from './admin-api/admin-services.ts';
import { registerAdminApi } from './admin-api/register-admin-api.ts';
import type { ClientApiServices } from './client-api/client-api.ts';
import { correctPath } from './client-api/correct-path.ts';
import { registerClientApi } from './client-api/register-client-api.ts';
import { registerPlayground } from './client-api/register-playground.ts';
import { toRequestFailure, unknownRoute } from './client-api/request-failure.ts';
import { dialectOf } from './client-api/request-head.ts';
import { sendFailure } from './client-api/send-failure.ts';
import { cutStalledReaders } from './cut-stalled-readers.ts';
import { deferContinue } from './expect-continue.ts';
import { type HealthServices, registerHealth } from './health.ts';
import { hostConsole } from './host-console.ts';
import { logRequests } from './log-requests.ts';
import { ParserErrors } from './parser-errors.ts';
import { createTrust, type TrustProxy } from './security/client-address.ts';
import { secureConsole } from './security/headers.ts';
import { checkHost } from './security/host.ts';
import { type MetricsServices, serveMetrics } from './serve-metrics.ts';
import { refuseTransferCodings } from './transfer-coding.ts';

export interface AppServices {
  readonly clientApi: ClientApiServices;
  readonly admin: AdminServices;
  readonly health: HealthServices;
  readonly metrics: MetricsServices;
  /** A new id that sorts by time, used for a request and its exchange. */
  readonly newId: () => string;
}

export interface AppOptions {
  readonly maxBodyBytes: number;
  readonly trustProxy: TrustProxy;
  /** Whether the gateway listens on loopback only. */
  readonly isLocal: boolean;
  readonly publicUrl: PublicUrl | undefined;
  /** Absolute path of the built console. */
  readonly consoleFolder: string;
  /** Milliseconds without progress after which a client is disconnected. */
  readonly readerTimeout: number;
  readonly logger: Logger;
}

/**
 * Proxies keep idle connections for 60 s (nginx), 90 s (Traefik, cloudflared), 120 s (Caddy) or 600 s (Google Cloud). The
 * gateway must not be the first to close one, or a request that is on its way fails.
 */
const keepAliveTimeout = 620_000;
const requestTimeout = 300_000;
/**
 * Bytes of a response that may wait for a slow reader before the upstream is paused. Node's 64 KB add up over many
 * readers.
 */
const highWaterMark = 16_384;

/** The gateway's HTTP server, with the whole route table in one place. */
export async function buildApp(services: AppServices, options: AppOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = options.logger;
  const basePath = options.publicUrl?.basePath ?? '';
  const parserErrors = new ParserErrors(services.newId);
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger per request costs more than the one line that it writes.
    childLoggerFactory: (logger) => logger,
    bodyLimit: options.maxBodyBytes,
    trustProxy: createTrust(options.trustProxy),
    genReqId: services.newId,
    keepAliveTimeout,
    requestTimeout,
    connectionTimeout: options.readerTimeout,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
    rewriteUrl: ({ method = 'GET', url = '/' }: IncomingMessage) => correctPath(method, withoutBase(url, basePath)),
    clientErrorHandler: parserErrors.handle,
    // `checkHost` does this check.
    http: { requireHostHeader: false, highWaterMark },
    schemaController: { compilersFactory: withoutSchemas },
    // Called for invalid URLs, for which no hooks run.
    frameworkErrors(error, request, reply) {
      reply.header('x-request-id', request.id);
      sendFailure(reply, dialectOf(request), toRequestFailure(error));
    },
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  parserErrors.watch(app);
  cutStalledReaders(app);
  deferContinue(app);
  logRequests(app, options.logger);
  refuseTransferCodings(app);
  checkHost(app, { isLocal: options.isLocal, publicHost: options.publicUrl?.host });
  app.setErrorHandler((error, request, reply) => sendFailure(reply, dialectOf(request), toRequestFailure(error)));
  app.setNotFoundHandler((request, reply) => sendFailure(reply, dialectOf(request), unknownRoute(request)));

  registerHealth(app, services.health);
  serveMetrics(app, services.metrics);
  app.get('/', (_request, reply) => reply.redirect(`${basePath}/admin/`));
  await registerClientApi(app, services.clientApi);
  await app.register(
    async (scope) => {
      await registerAdminApi(scope, services.admin);
      await scope.register((inner) => registerPlayground(inner, services.clientApi));
    },
    { prefix: adminApiPrefix },
  );
  await app.register(
    async (scope) => {
      secureConsole(scope);
      await hostConsole(scope, options.consoleFolder, basePath);
    },
    { prefix: '/admin' },
  );
  return app;
}

/** Removes the base path. Some proxies forward it, others strip it; both work. */
function withoutBase(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}

/** Input is validated by the contract's and the dialects' schemas, so Fastify's compilers need not be loaded. */
const withoutSchemas = {
  buildValidator: () => refuseSchema,
  buildSerializer: () => refuseSchema,
};

function refuseSchema(): never {
  throw new Error('Routes have no schemas of their own.');
}
