import Kernels

/// Self-attention of one head over one sequence, in fp32:
/// `context = softmax(Q · Kᵀ / √d) · V` with no mask, since packed sequences hold no padding.
///
/// Vaswani et al., "Attention Is All You Need", 2017, eq. 1.
struct Attention {
  let kernels: KernelTable
  let headSize: Int
  /// Queries of the sequence's first token; keys and values lie `hiddenStride` and twice that further on.
  let queryKeyValue: UnsafePointer<Float>
  let context: UnsafeMutablePointer<Float>
  let hiddenStride: Int

  /// - Parameters:
  ///   - tokens: tokens of the batch that make up the sequence.
  ///   - head: the attention head; writes its `headSize` channels of `context`.
  /// - Complexity: 2 · tokens² · headSize multiply-adds.
  func run(tokens: Range<Int>, head: Int, buffers: WorkerBuffers) {
    let rowStride = 3 * hiddenStride
    let count = tokens.count
    let queries = queryKeyValue + tokens.lowerBound * rowStride + head * headSize
    packTransposed(queries + hiddenStride, rowStride, count, into: buffers.keys)
    pack(queries + 2 * hiddenStride, rowStride, count, into: buffers.values)

    let scoreStride = Tile.stride(count)
    let productStride = Tile.stride(headSize)
    let scale = 1 / Float(headSize).squareRoot()
    var first = 0
    while first < count {
      let rows = min(WorkspaceLayout.queryRows, count - first)
      kernels.multiplyFloat(
        MultiplyFloat(
          a: queries + first * rowStride, aStride: rowStride, b: buffers.keys, c: buffers.scores,
          cStride: scoreStride, rows: rows, columns: scoreStride, inner: headSize))
      kernels.softmaxRows(
        SoftmaxRows(values: buffers.scores, stride: scoreStride, rows: rows, count: count, scale: scale))
      kernels.multiplyFloat(
        MultiplyFloat(
          a: buffers.scores, aStride: scoreStride, b: buffers.values, c: buffers.products,
          cStride: productStride, rows: rows, columns: productStride, inner: count))
      // The products of a padded head would spill into the next head's channels, so they are copied.
      for row in 0..<rows {
        let target = context + (tokens.lowerBound + first + row) * hiddenStride + head * headSize
        target.update(from: buffers.products + row * productStride, count: headSize)
      }
      first += rows
    }
  }

  /// Rows [count, headSize] to panels [count / 16, headSize, 16] of their transpose.
  private func packTransposed(
    _ rows: UnsafePointer<Float>, _ stride: Int, _ count: Int, into panels: UnsafeMutablePointer<Float>
  ) {
    for token in 0..<Tile.stride(count) {
      let panel = panels + (token / Tile.lanes) * headSize * Tile.lanes + token % Tile.lanes
      if token < count {
        let row = rows + token * stride
        for channel in 0..<headSize { panel[channel * Tile.lanes] = row[channel] }
      } else {
        for channel in 0..<headSize { panel[channel * Tile.lanes] = 0 }
      }
    }
  }

  /// Rows [count, headSize] to panels [headSize / 16, count, 16].
  private func pack(
    _ rows: UnsafePointer<Float>, _ stride: Int, _ count: Int, into panels: UnsafeMutablePointer<Float>
  ) {
    for first in Swift.stride(from: 0, to: headSize, by: Tile.lanes) {
      let width = min(Tile.lanes, headSize - first)
      let panel = panels + first * count
      for token in 0..<count {
        let target = panel + token * Tile.lanes
        target.update(from: rows + token * stride + first, count: width)
        if width < Tile.lanes { (target + width).update(repeating: 0, count: Tile.lanes - width) }
      }
    }
  }
}
