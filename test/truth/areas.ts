// What is held against ground truth, in the order of the table.
import type { Area } from './check.ts'
import { area as block } from './block.ts'
import { area as blockLoss } from './block-loss.ts'
import { area as containers } from './containers.ts'
import { area as cost } from './cost.ts'
import { area as kernel } from './kernel.ts'
import { area as loss } from './loss.ts'
import { area as memory } from './memory.ts'
import { area as network } from './network.ts'
import { area as offcpu } from './offcpu.ts'
import { area as percentiles } from './percentiles.ts'
import { area as quota } from './quota.ts'
import { area as runq } from './runq.ts'
import { area as syscalls } from './syscalls.ts'
import { area as tcp } from './tcp.ts'
import { area as tcpLoss } from './tcp-loss.ts'
import { area as tiers } from './tiers.ts'
import { area as waits } from './waits.ts'

export const AREAS: readonly Area[] = [
  runq,
  offcpu,
  quota,
  block,
  tcp,
  network,
  syscalls,
  percentiles,
  loss,
  blockLoss,
  tcpLoss,
  tiers,
  waits,
  memory,
  kernel,
  containers,
  cost,
]
