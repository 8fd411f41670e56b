// blessed-contrib publishes types for its index only, which would load every widget it has.
declare module 'blessed-contrib/lib/widget/charts/line.js' {
  const line: (options: Record<string, unknown>) => {
    width: number
    height: number
    canvasSize: { width: number; height: number }
    calcSize(): void
    setData(data: { title: string; x: string[]; y: number[]; style: { line: number } }[]): void
    destroy(): void
  }
  export default line
}

declare module 'blessed-contrib/lib/utils.js' {
  const utils: { abbreviateNumber(text: string): string }
  export default utils
}
