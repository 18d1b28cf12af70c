import { common, errors, shell } from './common.ts';
import { credentials } from './credentials.ts';
import { keys } from './keys.ts';
import { session } from './session.ts';

const words = { common, errors, shell, session, credentials, keys };
export default words;
