import Kernels

/// Self-attention of one head over one sequence, in fp32:
/// `context = softmax(Q · Kᵀ / √d) · V` with no mask, since packed sequences hold no padding.
///
/// Vaswani et al., "Attention Is All You Need", 2017, eq. 1.
struct Attention {
  let kernels: KernelTable
  let headSize: Int
  /// Queries of a row; keys and values lie `partStride` and twice that further on, the next row three times.
  var queryKeyValue: UnsafePointer<Float>
  var partStride: Int
  var context: UnsafeMutablePointer<Float>
  let hiddenStride: Int

  /// - Parameters:
  ///   - tokens: the rows that make up the sequence.
  ///   - head: the attention head; writes its `headSize` channels of `context`.
  ///   - place: the first of the head's channels in queries, keys and values.
  /// - Complexity: 2 · tokens² · headSize multiply-adds.
  func run(tokens: Range<Int>, head: Int, place: Int, buffers: WorkerBuffers) {
    let rowStride = 3 * partStride
    let count = tokens.count
    let queries = queryKeyValue + tokens.lowerBound * rowStride + place
    kernels.packColumns(
      PackPanels(
        input: queries + partStride, stride: rowStride, rows: count, columns: headSize, output: buffers.keys
      ))
    kernels.packRows(
      PackPanels(
        input: queries + 2 * partStride, stride: rowStride, rows: count, columns: headSize,
        output: buffers.values))

    let scoreStride = Tile.stride(count)
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
      mix(
        rows: rows, of: count, into: context + (tokens.lowerBound + first) * hiddenStride + head * headSize,
        buffers)
      first += rows
    }
  }

  /// Probabilities times values. The columns of a padded head would spill into the next head's channels, so there
  /// they take a way round.
  private func mix(
    rows: Int, of count: Int, into target: UnsafeMutablePointer<Float>, _ buffers: WorkerBuffers
  ) {
    let columns = Tile.stride(headSize)
    let direct = columns == headSize
    kernels.multiplyFloat(
      MultiplyFloat(
        a: buffers.scores, aStride: Tile.stride(count), b: buffers.values,
        c: direct ? target : buffers.products, cStride: direct ? hiddenStride : columns, rows: rows,
        columns: columns, inner: count))
    if direct { return }
    for row in 0..<rows {
      (target + row * hiddenStride).update(from: buffers.products + row * columns, count: headSize)
    }
  }
}
