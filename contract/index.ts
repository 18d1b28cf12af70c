import { alertRoutes } from './alerts.ts';
import { backupRoutes } from './backup.ts';
import { credentialRoutes } from './credentials.ts';
import { doctorRoutes } from './doctor.ts';
import { importRoutes } from './import.ts';
import { keyRoutes } from './keys.ts';
import { modelRoutes } from './models.ts';
import { requestRoutes } from './requests.ts';
import { sessionRoutes } from './session.ts';
import { settingsRoutes } from './settings.ts';
import { statusRoutes } from './status.ts';
import { usageRoutes } from './usage.ts';

/** Prefix of all admin API paths. */
export const adminApiPrefix = '/admin/api';

/**
 * The whole admin API. In addition, `POST /admin/api/playground` takes a Chat Completions body and responds like
 * `/v1/chat/completions`, but authenticates the logged-in admin instead of a key.
 */
export const adminApi = {
  session: sessionRoutes,
  status: statusRoutes,
  credentials: credentialRoutes,
  keys: keyRoutes,
  models: modelRoutes,
  usage: usageRoutes,
  requests: requestRoutes,
  settings: settingsRoutes,
  backup: backupRoutes,
  import: importRoutes,
  doctor: doctorRoutes,
  alerts: alertRoutes,
};
