// The panels in the order of their keys. A new panel is one file and one line here.
import { block } from './block.ts'
import { execsnoop } from './execsnoop.ts'
import { offcpu } from './offcpu.ts'
import { runq } from './runq.ts'
import { syscalls } from './syscalls.ts'
import { tcp } from './tcp.ts'
import { threads } from './threads.ts'
import type { ProbeId } from '../stream/types.ts'
import type { Panel, PanelId } from './types.ts'

/** A panel's functions take its own probe's samples only; who holds a panel of any kind reads them by `panel.probe`. */
export type AnyPanel = Omit<Panel<any>, 'probe'> & { probe: ProbeId }

export const PANELS: readonly AnyPanel[] = [runq, offcpu, block, tcp, syscalls, execsnoop, threads]

/** Always on and on the overview; the rest is switched on when shown. */
export const OVERVIEW: readonly PanelId[] = ['runq', 'offcpu', 'block', 'tcp', 'syscalls']

export const panelById = (id: PanelId): AnyPanel => PANELS.find((panel) => panel.id === id)!
