// Which container a control group belongs to: the innermost part of its path that a runtime made, by the name people gave
// it. A process may be in a group of its own within.
import type { GroupName } from '../containers/container-names.ts'

interface Container {
  container: string | null
  containerGroup: string | null
}

const NONE: Container = { container: null, containerGroup: null }
const RUNTIMES = new Set(['docker', 'podman', 'containerd', 'cri-o', 'container', 'pod'])

export const containerOf =
  (nameOf: (path: string) => GroupName): ((cgroup: string | null) => Container) =>
  (cgroup) => {
    for (let path = cgroup ?? '/'; path.length > 1; path = path.slice(0, path.lastIndexOf('/'))) {
      const { name, kind } = nameOf(path)
      if (RUNTIMES.has(kind)) return { container: name, containerGroup: path }
    }
    return NONE
  }
