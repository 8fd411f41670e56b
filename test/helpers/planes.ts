// What of a frame its text does not say, as text to be looked at: roles as a picture of letters, places where a click means
// something, and the series of charts.
import { frameText } from '../../src/app/text.ts'
import { HEAT_SHADES, heatCell, type Frame, type Grid } from '../../src/app/app-types.ts'
import { rolesOf } from './grids.ts'
import { ROLES, type Role } from '../../src/panels/panel-types.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

const letterOf = (role: number): string => (role === 0 ? ' ' : role < ROLES.length ? LETTERS[role - 1]! : '#')

/** A letter a cell, the same for a role in every picture, blank for plain text; which they are; and shades of heat. */
export const rolesText = (grid: Grid): string => {
  const { width, height } = grid
  const roles = rolesOf(grid)
  const rows = Array.from({ length: height }, (_, y) => [...roles.slice(y * width, (y + 1) * width)])
  const used = [...new Set(roles)].filter((role) => role > 0 && role < ROLES.length).toSorted((a, b) => a - b)
  const shades = rows.flatMap((row) => {
    const own = row.filter((role) => role >= ROLES.length).map((role) => role - heatCell(0, 0))
    return own.length > 0
      ? [own.map((pair) => `${Math.floor(pair / HEAT_SHADES)}/${pair % HEAT_SHADES}`).join(' ')]
      : []
  })
  return [
    ...rows.map((row) => row.map(letterOf).join('').trimEnd()),
    used.map((role) => `${letterOf(role)} ${ROLES[role] as Role}`).join(', '),
    ...shades,
  ].join('\n')
}

/** Of a place where it matters where in it: its corners, and its middle; and how far one may drag. */
export const hitsText = ({ hits = [] }: Frame): string =>
  hits
    .flatMap(({ x, y, width, height, action, at, drag }) => {
      const [right, bottom] = [width - 1, height - 1]
      const within = [
        [0, 0],
        [right >> 1, bottom >> 1],
        [right, 0],
        [right, bottom],
      ] as const
      return [
        `${x} ${y}, ${width} x ${height}: ${JSON.stringify(action)}`,
        ...(at ? within.map(([x, y]) => `  ${x} ${y}: ${JSON.stringify(at(x, y))}`) : []),
        ...(drag ? [-1, 0, right, width].map((x) => `  to ${x}: ${JSON.stringify(drag(x))}`) : []),
      ]
    })
    .join('\n')

/** All of it. */
export const frameWhole = (drawn: Frame): string =>
  [frameText(drawn.grid), rolesText(drawn.grid), hitsText(drawn), chartsText(drawn)].join('\n\n')

export const chartsText = ({ charts }: Frame): string =>
  charts
    .map(({ series, xLabels, ...place }) =>
      [
        JSON.stringify(place),
        ...series.map(
          ({ label, role, values }) =>
            `${role} ${label}: ${values.map((value) => value?.toPrecision(4) ?? '-').join(' ')}`,
        ),
        xLabels.join(' ').trim(),
      ].join('\n'),
    )
    .join('\n')
