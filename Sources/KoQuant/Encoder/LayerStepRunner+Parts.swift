import Kernels

/// Products part by part, so that what is made of a part next finds it in the core's cache.
extension LayerStepRunner {
  /// Channels of the intermediate activations at a time, about.
  private static let intermediateChannels = 512

  /// Queries, keys and values of one head, whose channels are whole panels: rows x 3 x `headSize` floats, for the
  /// rows that `quantizeHidden` left.
  func queryKeyValue(head: Int, rows: Int, _ output: UnsafeMutablePointer<Float>, _ buffers: WorkerBuffers) {
    let size = configuration.headSize
    let target = FloatRows(output, 3 * size)
    let matrix = layer.attentionQKV.matrix
    /// The first panel of the queries (part 0), keys or values of a head.
    func panel(head: Int, part: Int) -> Int { (part * hiddenStride + head * size) / Tile.outputs }
    for part in 0..<3 {
      let first = panel(head: head, part: part)
      let following = 3 * head + part + 1
      let next =
        following < 3 * configuration.attentionHeads
        ? matrix.weights(fromPanel: panel(head: following / 3, part: following % 3))
        : layer.attentionOutput.matrix.weights
      multiply(
        layer.attentionQKV, buffers.quantizedHidden(for: matrix), rows, first..<first + size / Tile.outputs,
        target.placing(channel: first * Tile.outputs - part * size), .store, buffers.scratch, next: next)
    }
  }

  /// Product, GELU and quantization by as many groups of channels as make a few hundred, and by as many rows as the
  /// buffer of the intermediate activations then holds.
  func quantizedIntermediate(_ rows: Int, _ buffers: WorkerBuffers) {
    let output = layer.output.matrix
    let groupSize = output.groups == 1 ? output.inputs : output.groupSize
    let groupsAtOnce = max(1, Self.intermediateChannels / groupSize)
    // An odd number of cache lines, so that a column of rows is spread over the sets of the cache.
    let stride = Tile.stride(min(groupsAtOnce * groupSize, output.inputs)) | Tile.lanes
    let rowsAtOnce = buffers.layout.intermediateFloats / stride & ~(Tile.rows - 1)
    for first in Swift.stride(from: 0, to: rows, by: rowsAtOnce) {
      for group in Swift.stride(from: 0, to: output.groups, by: groupsAtOnce) {
        quantizedIntermediate(
          first..<min(first + rowsAtOnce, rows), group..<min(group + groupsAtOnce, output.groups),
          FloatRows(buffers.intermediate, stride), buffers)
      }
    }
  }

  private func quantizedIntermediate(
    _ rows: Range<Int>, _ groups: Range<Int>, _ floats: FloatRows, _ buffers: WorkerBuffers
  ) {
    let output = layer.output.matrix
    let channel = groups.lowerBound * output.groupSize
    let last = groups.upperBound == output.groups ? output.inputs : groups.upperBound * output.groupSize
    multiply(
      layer.intermediate, buffers.quantizedHidden(for: layer.intermediate.matrix).dropFirst(rows.lowerBound),
      rows.count, channel / Tile.outputs..<Tile.panels(outputs: last), floats.placing(channel: channel),
      .gelu, buffers.scratch, next: groups.upperBound == output.groups ? output.weights : nil)
    kernels.quantizeRows(
      QuantizeRows(
        input: floats.base, inputStride: floats.stride, rows: rows.count,
        output: buffers.quantizedIntermediate(for: output).dropFirst(rows.lowerBound), groups: groups,
        balance: layer.output.balance))
  }
}
