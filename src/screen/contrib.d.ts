// blessed-contrib publishes types for its index only, which would load every widget it has.
declare module 'blessed-contrib/lib/widget/charts/line.js' {
  const line: (options: Record<string, unknown>) => {
    left: number
    setData(data: { title: string; x: string[]; y: number[]; style: { line: number } }[]): void
    destroy(): void
  }
  export default line
}
