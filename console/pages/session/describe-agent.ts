const browsers = [
  { name: 'Edge', pattern: /Edg\// },
  { name: 'Opera', pattern: /OPR\// },
  { name: 'Firefox', pattern: /Firefox\// },
  { name: 'Chrome', pattern: /Chrom(e|ium)\// },
  { name: 'Safari', pattern: /Safari\// },
];
const systems = [
  { name: 'iPhone', pattern: /iPhone/ },
  { name: 'iPad', pattern: /iPad/ },
  { name: 'Android', pattern: /Android/ },
  { name: 'Windows', pattern: /Windows/ },
  { name: 'macOS', pattern: /Mac OS X|Macintosh/ },
  { name: 'Linux', pattern: /Linux/ },
];

/** Summarises a user agent as `Chrome · Linux`; unknown ones stay unchanged. */
export function describeAgent(userAgent: string): string {
  const browser = browsers.find(({ pattern }) => pattern.test(userAgent));
  const system = systems.find(({ pattern }) => pattern.test(userAgent));
  if (!browser) return userAgent;
  return system ? `${browser.name} · ${system.name}` : browser.name;
}
