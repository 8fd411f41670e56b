// What people call a control group: the name of its container, pod or unit, from the files that runtimes keep; nothing is
// asked of any of them. Where none is found it is the identifier, and of other groups their own name.
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { orElse } from '../../../source/proc-stat.ts'

export interface GroupName {
  name: string
  /** docker, podman, containerd, cri-o, pod, unit, slice, group. */
  kind: string
}

/** As runtimes put them into the last part of a path. */
const CONTAINER = /^(?:(docker|libpod|crio|cri-containerd|nerdctl)-)?([0-9a-f]{64}|[0-9a-f]{32})(?:\.scope)?$/
const PREFIXES: Record<string, string> = {
  docker: 'docker',
  libpod: 'podman',
  crio: 'cri-o',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
}
/** NAMESPACE/POD of NAMESPACE/POD/CONTAINER. */
const IN_POD = /^([^/]+\/[^/]+)\/[^/]*$/
const POD = /^(?:kubepods-.*)?pod([0-9a-f_-]{36})(?:\.slice)?$/
const MOST_BYTES = 4 * 1024 * 1024
const SHORT = 12

/** `root`: of the file system, for tests. A pod is called `NAMESPACE/POD` once one of its containers has been asked for. */
export const groupNames = (root = '/'): ((path: string) => GroupName) => {
  const known = new Map<string, GroupName>()
  return (path) => {
    let found = known.get(path)
    if (!found) {
      // Groups come and go; what is not asked for again need not be kept
      if (known.size > 5000) known.clear()
      known.set(path, (found = nameOf(path, root)))
      const pod = dirname(path)
      const [, name] = IN_POD.exec(found.name) ?? []
      if (name !== undefined && POD.test(basename(pod))) known.set(pod, { name, kind: 'pod' })
    }
    return found
  }
}

const nameOf = (path: string, root: string): GroupName => {
  const parts = path.split('/').filter((part) => part !== '')
  const last = parts.at(-1) ?? '/'
  const container = CONTAINER.exec(last)
  if (container) return containerName(container[2]!, PREFIXES[container[1] ?? ''] ?? parts.at(-2), root)
  const pod = POD.exec(last)?.[1]
  if (pod) return { name: `pod ${pod.replaceAll('_', '-').slice(0, 8)}`, kind: 'pod' }
  if (/\.(service|scope|socket|mount|swap)$/.test(last)) return { name: unescaped(last), kind: 'unit' }
  if (last.endsWith('.slice')) return { name: unescaped(last), kind: 'slice' }
  return { name: path, kind: 'group' }
}

const containerName = (id: string, runtime: string | undefined, root: string): GroupName =>
  docker(id, root) ??
  podman(id, root) ??
  oci(id, root) ?? {
    name: id.slice(0, SHORT),
    kind: runtime && /^(docker|podman|cri-o|containerd)$/.test(runtime) ? runtime : 'container',
  }

const docker = (id: string, root: string): GroupName | undefined => {
  const config = json(join(root, 'var/lib/docker/containers', id, 'config.v2.json'))
  const labels = record(record(config?.Config)?.Labels)
  const inPod = podName(labels, 'io.kubernetes.pod.namespace', 'io.kubernetes.pod.name', 'io.kubernetes.container.name')
  const name = inPod ?? text(config?.Name)?.replace(/^\//, '')
  return name ? { name, kind: 'docker' } : undefined
}

/** Its list of containers; also that of CRI-O, whose names are in the container's own file. */
const podman = (id: string, root: string): GroupName | undefined => {
  for (const list of [
    'var/lib/containers/storage/overlay-containers/containers.json',
    'run/containers/storage/overlay-containers/volatile-containers.json',
    'var/lib/containers/storage/overlay-containers/volatile-containers.json',
  ]) {
    const containers = json(join(root, list)) as unknown
    const found = Array.isArray(containers) ? containers.find((each) => record(each)?.id === id) : undefined
    const name = text((record(found)?.names as unknown[] | undefined)?.[0])
    // CRI-O names them k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT
    const [k8s, container, pod, namespace] = name?.split('_') ?? []
    if (k8s === 'k8s' && namespace) return { name: `${namespace}/${pod}/${container}`, kind: 'cri-o' }
    if (name) return { name, kind: 'podman' }
  }
  return undefined
}

/** The description a container was started with. */
const oci = (id: string, root: string): GroupName | undefined => {
  for (const namespace of ['k8s.io', 'default', 'moby']) {
    const config = json(join(root, 'run/containerd/io.containerd.runtime.v2.task', namespace, id, 'config.json'))
    const notes = record(config?.annotations)
    const inPod = podName(
      notes,
      'io.kubernetes.cri.sandbox-namespace',
      'io.kubernetes.cri.sandbox-name',
      'io.kubernetes.cri.container-name',
    )
    const isSandbox = notes?.['io.kubernetes.cri.container-type'] === 'sandbox'
    const name = inPod ? inPod + (isSandbox ? 'pause' : '') : text(notes?.['nerdctl/name'])
    if (name) return { name, kind: 'containerd' }
  }
  for (const folder of ['run/containers/storage', 'var/lib/containers/storage']) {
    const config = json(join(root, folder, 'overlay-containers', id, 'userdata/config.json'))
    const name = podName(
      record(config?.annotations),
      'io.kubernetes.pod.namespace',
      'io.kubernetes.pod.name',
      'io.kubernetes.container.name',
    )
    if (name) return { name, kind: 'cri-o' }
  }
  return undefined
}

const podName = (
  notes: Record<string, unknown> | undefined,
  namespace: string,
  pod: string,
  container: string,
): string | undefined => {
  const [space, name] = [text(notes?.[namespace]), text(notes?.[pod])]
  return space && name ? `${space}/${name}/${text(notes?.[container]) ?? ''}` : undefined
}

/** systemd writes what is special in a name as \x2d. */
const unescaped = (unit: string): string =>
  unit.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const json = (path: string): Record<string, unknown> | undefined =>
  orElse<Record<string, unknown> | undefined>(undefined, () => {
    if (statSync(path).size > MOST_BYTES) return undefined
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(value) ? (value as never) : record(value)
  })

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
