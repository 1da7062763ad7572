import Kernels

/// Self-attention of one head over one sequence: `context = softmax(Q · Kᵀ / √d) · V` with no mask, since packed
/// sequences hold no padding (Vaswani et al., "Attention Is All You Need", 2017, eq. 1).
///
/// The products are exact ones of 16-bit integers: Q, K and V have a step each for the whole sequence, the
/// probabilities one per row. Softmax is in fp32.
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
    let scoreLimit = MultiplyInt16.limit(inner: headSize)
    let valueLimit = Float(Int(Int32.max) / SoftmaxRows.integerSum(count: count))
    func quantize(
      part: Int, limit: Float, _ layout: QuantizeInt16.Layout, _ output: UnsafeMutablePointer<Int16>
    ) -> Float {
      kernels.quantizeInt16(
        QuantizeInt16(
          input: queries + part * partStride, stride: rowStride, rows: count, columns: headSize, limit: limit,
          layout: layout, output: output))
    }
    let keyStep = quantize(part: 1, limit: scoreLimit, .rows, buffers.headIntegers)
    packKeys(count, buffers)
    let valueStep = quantize(part: 2, limit: valueLimit, .panels, buffers.values)
    let queryStep = quantize(part: 0, limit: scoreLimit, .rows, buffers.headIntegers)

    let scoreStride = Tile.stride(count)
    let scale = queryStep * keyStep * (1 / Float(headSize).squareRoot())
    let integerStride = Tile.stride(headSize)
    var first = 0
    while first < count {
      let rows = min(WorkspaceLayout.queryRows, count - first)
      kernels.multiplyInt16(
        MultiplyInt16(
          a: UnsafeRawPointer(buffers.headIntegers + first * integerStride), aStride: 2 * integerStride,
          b: buffers.keys, c: buffers.scores, cStride: scoreStride, rows: rows, columns: scoreStride,
          pairs: (headSize + 1) / 2))
      kernels.softmaxRows(
        SoftmaxRows(
          values: buffers.scores, stride: scoreStride, rows: rows, count: count, scale: scale),
        buffers.scoreScales)
      mix(
        rows: rows, of: count, valueStep,
        into: context + (tokens.lowerBound + first) * hiddenStride + head * headSize, buffers)
      first += rows
    }
  }

  /// Keys as 16-bit integers to panels of 16 keys: a pair of channels moves as the word that it fills.
  private func packKeys(_ count: Int, _ buffers: WorkerBuffers) {
    kernels.packColumns(
      PackPanels(
        input: UnsafeRawPointer(buffers.headIntegers).assumingMemoryBound(to: Float.self),
        stride: Tile.stride(headSize) / 2, rows: count, columns: (headSize + 1) / 2,
        output: UnsafeMutableRawPointer(buffers.keys).assumingMemoryBound(to: Float.self)))
  }

  /// Probabilities times values. The columns of a padded head would spill into the next head's channels, so there
  /// they take a way round.
  private func mix(
    rows: Int, of count: Int, _ valueStep: Float, into target: UnsafeMutablePointer<Float>,
    _ buffers: WorkerBuffers
  ) {
    let columns = Tile.stride(headSize)
    let direct = columns == headSize
    kernels.multiplyInt16(
      MultiplyInt16(
        a: UnsafeRawPointer(buffers.scores), aStride: 4 * Tile.stride(count), b: buffers.values,
        c: direct ? target : buffers.products, cStride: direct ? hiddenStride : columns, rows: rows,
        columns: columns, pairs: (count + 1) / 2, scale: valueStep, rowScales: buffers.scoreScales))
    if direct { return }
    for row in 0..<rows {
      (target + row * hiddenStride).update(from: buffers.products + row * columns, count: headSize)
    }
  }
}
