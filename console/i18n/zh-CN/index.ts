import { alerts } from './alerts.ts';
import { common, errors, shell } from './common.ts';
import { connect } from './connect.ts';
import { credentials } from './credentials.ts';
import { dates } from './dates.ts';
import { doctor } from './doctor.ts';
import { health } from './health.ts';
import { keys } from './keys.ts';
import { messages } from './messages.ts';
import { models } from './models.ts';
import { overview } from './overview.ts';
import { palette } from './palette.ts';
import { playground } from './playground.ts';
import { requests } from './requests.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { welcome } from './welcome.ts';

export default {
  alerts,
  common,
  errors,
  shell,
  session,
  credentials,
  dates,
  health,
  keys,
  messages,
  models,
  overview,
  palette,
  playground,
  connect,
  requests,
  settings,
  doctor,
  welcome,
};
