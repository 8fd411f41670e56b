// Rows as a panel gives them, before anything is done with them: made once at an instant, for its table, for whether it is
// quiet, and for how many there were.
import { ALONE, type Beside, type Row, type AnyPanel } from '../panels/panel-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import { createRecently } from '../model/base/recently.ts'

/** As many as a screen has panels, in both sizes. */
const MOST_RECENT = 12
const recently = createRecently<readonly Row[]>(MOST_RECENT)

/** `beside`: matters to panels that look beside their own probe. */
export const panelRows = (
  panel: AnyPanel,
  samples: readonly Sample[],
  mode: string,
  detail: boolean,
  beside: Beside = ALONE,
): readonly Row[] =>
  recently(
    [panel.id, panel.spec, mode, detail, ...(panel.beside ? [beside.rules, ...beside.samples] : []), ...samples],
    () => panel.rows(samples as Sample[], mode, detail, beside),
  )
