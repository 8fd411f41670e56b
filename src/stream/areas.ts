// The areas under which panels, scripts and tools are listed, in the order in which one looks at a machine.

export const AREAS = [
  'CPU',
  'memory',
  'file systems',
  'disk',
  'network',
  'applications',
  'languages',
  'security',
  'kernel',
  'containers',
  'hypervisors',
  'others',
] as const
export type Area = (typeof AREAS)[number]

export const asArea = (text: string | undefined): Area =>
  AREAS.find((area) => area.toLowerCase() === text?.toLowerCase()) ?? 'others'
