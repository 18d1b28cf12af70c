import i18next, { type BackendModule, type FormatterModule } from 'i18next';
import LanguageDetector from 'i18next-browser-languagedetector';
import { initReactI18next } from 'react-i18next';
import { loadPart } from '../load-part.ts';
import { formatCount } from '../ui/format.ts';

/** The console's languages with their native names. */
export const languages = { en: 'English', 'zh-CN': '中文' } as const;
export type Language = keyof typeof languages;

const storageKey = 'atlassian-proxy-language';

const bundles = {
  en: () => import('./en/index.ts'),
  'zh-CN': () => import('./zh-CN/index.ts'),
};

export function toLanguage(tag: string): Language {
  return /^zh\b/i.test(tag) ? 'zh-CN' : 'en';
}

/** Loads only the current language. */
const backend: BackendModule = {
  type: 'backend',
  init: () => {},
  read: (tag, _namespace, done) => {
    loadPart(bundles[toLanguage(tag)]).then(
      (bundle) => done(null, bundle.default),
      (error: unknown) => done(error instanceof Error ? error : String(error), null),
    );
  },
};

/** Groups the digits of every number in a text, as the rest of the console does. */
const numbers: FormatterModule = {
  type: 'formatter',
  init: () => {},
  format: (value, _format, language) =>
    typeof value === 'number' && language !== undefined ? formatCount(value, language) : value,
  add: () => {},
  addCached: () => {},
};

/** Selects the stored language, or else the browser's, and loads its texts. */
export async function startTranslation(): Promise<void> {
  i18next.on('languageChanged', (tag) => {
    document.documentElement.lang = tag;
  });
  await i18next
    .use(backend)
    .use(numbers)
    .use(LanguageDetector)
    .use(initReactI18next)
    .init({
      supportedLngs: Object.keys(languages),
      load: 'currentOnly',
      fallbackLng: false,
      interpolation: { escapeValue: false, alwaysFormat: true },
      detection: {
        order: ['localStorage', 'navigator'],
        lookupLocalStorage: storageKey,
        caches: [],
        convertDetectedLanguage: toLanguage,
      },
    });
}

/** Changes the language and stores the choice. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await i18next.changeLanguage(language);
}
