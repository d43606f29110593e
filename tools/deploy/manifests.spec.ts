import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

const root = resolve(__dirname, '../..');
const folders = ['k8s/base', 'k8s/overlays/local'];

interface Probe {
  httpGet?: { path: string; port: string | number };
  exec?: { command: string[] };
}
interface Container {
  name: string;
  image: string;
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}
interface PodSpec {
  automountServiceAccountToken?: boolean;
  hostNetwork?: boolean;
  securityContext?: {
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
  };
  containers: Container[];
  initContainers?: Container[];
}
interface Manifest {
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec: {
    template: { spec: PodSpec };
    podSelector: { matchLabels?: Record<string, string> };
    policyTypes: string[];
    ingress?: unknown[];
    egress?: unknown[];
  };
}

function manifestsIn(folder: string): Manifest[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .flatMap((name) => parseAllDocuments(readFileSync(join(root, folder, name), 'utf8')))
    .map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest;
    });
}

const manifests = folders.flatMap(manifestsIn);
const ofKind = (...kinds: string[]): Manifest[] => manifests.filter(({ kind }) => kinds.includes(kind));
const workloads = ofKind('Deployment', 'StatefulSet');
const services = readdirSync(join(root, 'apps'));

describe('the manifests', () => {
  it('hold a Deployment, a Service, a disruption budget and a network policy for every app', () => {
    for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy']) {
      const names = ofKind(kind).map(({ metadata }) => metadata.name);
      expect(names).toEqual(expect.arrayContaining(services));
    }
  });

  it('enforce the restricted pod security standard on the namespace', () => {
    const [namespace] = ofKind('Namespace');
    expect(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  it('deny all traffic that no policy allows', () => {
    const deny = ofKind('NetworkPolicy').find(({ metadata }) => metadata.name === 'default-deny');
    expect(deny?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const databaseClients = ofKind('NetworkPolicy').filter(({ spec }) =>
      JSON.stringify(spec.egress ?? '').includes('5432'),
    );
    expect(databaseClients.map(({ metadata }) => metadata.name).sort()).toEqual([
      'game-sessions',
      'identity',
      'wallet',
    ]);
  });
});

describe.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
  '%s',
  (_name, workload) => {
    const { spec } = workload.spec.template;
    const containers = [...spec.containers, ...(spec.initContainers ?? [])];

    it('runs as a user without rights', () => {
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.securityContext?.runAsUser).toBeGreaterThan(0);
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.hostNetwork).toBeUndefined();
    });

    it.each(containers.map((container) => [container.name, container] as const))(
      'container %s is locked down and bounded',
      (_container, { securityContext, resources }) => {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(resources?.requests ?? {}).sort()).toEqual(['cpu', 'memory']);
        expect(Object.keys(resources?.limits ?? {}).sort()).toEqual(['cpu', 'memory']);
      },
    );

    it('has three probes', () => {
      for (const { startupProbe, livenessProbe, readinessProbe } of spec.containers) {
        for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
          expect(probe?.httpGet ?? probe?.exec).toBeDefined();
        }
      }
    });
  },
);

describe.each(ofKind('Deployment').map((deployment) => [deployment.metadata.name, deployment] as const))(
  'the probes of %s',
  (_name, deployment) => {
    it('restart it for its own sake only, and send no work while a dependency is gone', () => {
      const [container] = deployment.spec.template.spec.containers;
      expect(container?.startupProbe?.httpGet?.path).toBe('/health/live');
      expect(container?.livenessProbe?.httpGet?.path).toBe('/health/live');
      expect(container?.readinessProbe?.httpGet?.path).toBe('/health/ready');
    });
  },
);

// Not everybody who runs the tests has kubectl; the rules above do not need it.
if (spawnSync('kubectl', ['version', '--client']).status === 0) {
  it('kubectl builds the base', () => {
    const built = spawnSync('kubectl', ['kustomize', join(root, 'k8s/base')], { encoding: 'utf8' });
    expect(built.status).toBe(0);
    const kinds = parseAllDocuments(built.stdout).map((document) => (document.toJS() as Manifest).kind);
    expect(kinds.filter((kind) => kind === 'Deployment')).toHaveLength(4);
  });
}
