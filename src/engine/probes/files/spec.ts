// Files: which files the requests to disks are of. Its table and its panel.
import { COMM, PID } from '../../../stream/fields.ts'
import type { ProbeSpec } from '../../../stream/spec.ts'

export const FILES = {
  id: 'files',
  kind: 'core',
  hooks: [
    { name: 'block_rq_issue' },
    { name: 'block_rq_complete' },
    { name: 'writeback_dirty_folio', optional: true },
    { name: 'writeback_dirty_page', optional: true },
  ],
  options: [],
  tells: { of: ['file'], by: 'I/O to disks' },
  tables: {
    files: [
      { id: 'file', unit: 'text', kind: 'label', dim: 'file' },
      PID,
      COMM,
      { id: 'op', unit: 'text', kind: 'label' },
      { id: 'disk', unit: 'text', kind: 'label', dim: 'disk' },
      { id: 'ops', unit: 'count', kind: 'counter' },
      { id: 'bytes', unit: 'bytes', kind: 'counter' },
      { id: 'ns', unit: 'ns', kind: 'counter' },
      { id: 'maxNs', unit: 'ns', kind: 'counter' },
      { id: 'how', unit: 'text', kind: 'label' },
    ],
  },
  panels: [
    {
      id: 'files',
      whoOf: ['disk'],
      title: 'I/O by file',
      area: 'file systems',
      question: 'Which files are read from and written to disks, and by whom?',
      howToRead:
        'Requests that were issued to disks in the interval, by the file that their first page belongs to. What the page cache answers is no request. Buffered writes are issued by a worker of the kernel; they are charged to who made pages of the file dirty since this is shown: its only writer, or of several the one with most pages (HOW); else they have the name of the worker. HOW also says where the file is known from: a page of the cache, or for direct I/O the request itself, else the descriptor of the call. Metadata and journals are blocks of the file system, not of a file. WAIT% is time in the device, of requests that were completed.',
      tabs: [
        {
          id: 'files',
          label: 'by file and process',
          table: 'files',
          key: ['file', 'pid', 'op', 'disk'],
          sort: { column: 'wait', descending: true },
          figures: [
            { label: 'ops/s', value: { perSecond: 'files.ops' } },
            { label: 'bytes/s', value: { perSecond: 'files.bytes' } },
          ],
          columns: [
            {
              id: 'pid',
              title: 'PID',
              help: 'process that issued the request, or made its pages dirty',
              value: { value: 'pid' },
              priority: 4,
            },
            { id: 'command', title: 'COMMAND', help: 'its name', value: { value: 'comm' }, priority: 2, width: 10 },
            { id: 'op', title: 'OP', help: 'read or write', value: { value: 'op' }, priority: 1, width: 5 },
            {
              id: 'wait',
              title: 'WAIT%',
              help: 'time in the device, of clock time',
              value: { timeShare: 'ns' },
              priority: 1,
            },
            { id: 'ops', title: 'OPS/s', help: 'requests, per second', value: { perSecond: 'ops' }, priority: 3 },
            { id: 'bytes', title: 'B/s', help: 'bytes, per second', value: { perSecond: 'bytes' }, priority: 3 },
            {
              id: 'mean',
              title: 'MEAN',
              help: 'time in the device by number of requests',
              value: { ratio: ['ns', 'ops'] },
              priority: 5,
            },
            { id: 'max', title: 'MAX', help: 'slowest request', value: { value: 'maxNs' }, priority: 5 },
            {
              id: 'file',
              title: 'FILE',
              help: 'path; [..] is no file, or one that is not known; [vda]/.. is mounted in another namespace only',
              value: { value: 'file' },
              priority: 0,
              width: 20,
              grow: true,
            },
            {
              id: 'disk',
              title: 'DISK',
              help: 'where the request went',
              value: { value: 'disk' },
              priority: 6,
              width: 6,
            },
            {
              id: 'how',
              title: 'HOW',
              help: 'where the file is known from, and of what a worker of the kernel wrote who had made it dirty',
              value: { value: 'how' },
              priority: 7,
              width: 10,
              detail: true,
            },
          ],
        },
      ],
    },
  ],
} as const satisfies ProbeSpec
