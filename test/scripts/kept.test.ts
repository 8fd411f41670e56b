// A table of what became of tools is read back as it was written, whatever is in its cells.
import test from 'ava'
import { cellsIn, rowsOf, withCell, type Cells } from './kept.ts'

const TITLES = ['Linux 6.1.0-50, bpftrace 0.17', 'Linux 6.12.1, bpftrace 0.23']

const written = (cells: Cells): string =>
  ['Some seconds each.', '', ['tool', ...TITLES], ['---', '---', '---'], ...rowsOf(cells, TITLES), '']
    .map((row) => (typeof row === 'string' ? row : `| ${row.join(' | ')} |`))
    .join('\n')

test('rows of others stay, those of an older kernel of the suite do not', (t) => {
  const cells: Cells = {
    [TITLES[0]!]: { a: 'x \\| y', b: '1 of 1; events; 3' },
    [TITLES[1]!]: { b: 'nothing', c: '5' },
  }
  t.deepEqual(cellsIn(written(cells)), cells)
  t.deepEqual(cellsIn('no table'), {})
  t.deepEqual(withCell(cells, TITLES[1]!, 'b', '7')[TITLES[1]!], { b: '7', c: '5' })
  const newer = withCell(cells, 'Linux 6.12.2, bpftrace 0.23', 'b', '7')
  t.deepEqual(newer, { [TITLES[0]!]: cells[TITLES[0]!], 'Linux 6.12.2, bpftrace 0.23': { b: '7' } })
  const apart = withCell(withCell({}, 'bpftrace 0.23', 'b', '1'), 'bpftrace 0.27', 'b', '2')
  t.deepEqual(Object.keys(apart), ['bpftrace 0.23', 'bpftrace 0.27'])
})
