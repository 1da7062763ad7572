import Kernels
import KoQuant

extension ReferenceEncoder {
  /// Self-attention of each text of a chunk on itself: `softmax(Q Kᵀ / √headSize) V` per head, from the
  /// workspace's query, key and value into its context.
  func attend(_ sequences: Range<Int>, _ workspace: LayerWorkspace) {
    let heads = configuration.attentionHeads
    let stride = Tile.stride(configuration.hiddenSize)
    let first = batch.starts[sequences.lowerBound]
    pool.run(count: sequences.count * heads) { item, worker in
      let sequence = sequences.lowerBound + item / heads
      let offset = (batch.starts[sequence] - first) * stride + item % heads * configuration.headSize
      attendHead(
        query: workspace.query + offset, key: workspace.key + offset, value: workspace.value + offset,
        context: workspace.context + offset, tokens: batch.starts[sequence + 1] - batch.starts[sequence],
        workspace.attention[worker])
    }
  }

  private func attendHead(
    query: UnsafePointer<Float>, key: UnsafePointer<Float>, value: UnsafePointer<Float>,
    context: UnsafeMutablePointer<Float>, tokens: Int, _ workspace: AttentionWorkspace
  ) {
    let size = configuration.headSize
    let stride = Tile.stride(configuration.hiddenSize)
    let scoreStride = Tile.stride(tokens)
    let contextStride = Tile.stride(size)
    pack(key: key, value: value, tokens: tokens, workspace)
    kernels.floats.multiplyFloat(
      MultiplyFloat(
        a: query, aStride: stride, b: workspace.keys, c: workspace.scores, cStride: scoreStride, rows: tokens,
        columns: scoreStride, inner: size))
    kernels.floats.softmaxRows(
      SoftmaxRows(
        values: workspace.scores, stride: scoreStride, rows: tokens, count: tokens,
        scale: 1 / Float(size).squareRoot()))
    kernels.floats.multiplyFloat(
      MultiplyFloat(
        a: workspace.scores, aStride: scoreStride, b: workspace.values, c: workspace.context,
        cStride: contextStride, rows: tokens, columns: contextStride, inner: tokens))
    for token in 0..<tokens {
      for channel in 0..<size {
        context[token * stride + channel] = workspace.context[token * contextStride + channel]
      }
    }
  }

  /// Packs Kᵀ and V of one head in panels, with zeros where a panel has no token or channel.
  private func pack(
    key: UnsafePointer<Float>, value: UnsafePointer<Float>, tokens: Int, _ workspace: AttentionWorkspace
  ) {
    let size = configuration.headSize
    let stride = Tile.stride(configuration.hiddenSize)
    for token in 0..<Tile.stride(tokens) {
      let panel = workspace.keys + token / Tile.lanes * size * Tile.lanes + token % Tile.lanes
      for channel in 0..<size {
        panel[channel * Tile.lanes] = token < tokens ? key[token * stride + channel] : 0
      }
    }
    for token in 0..<tokens {
      for channel in 0..<Tile.stride(size) {
        let panel = workspace.values + channel / Tile.lanes * tokens * Tile.lanes
        panel[token * Tile.lanes + channel % Tile.lanes] =
          channel < size ? value[token * stride + channel] : 0
      }
    }
  }
}
