import Kernels
import KoQuant

extension ReferenceEncoder {
  /// Whether any text has a token in these rows of the word table.
  public func needsWords(_ rows: Range<Int>) -> Bool {
    let first = firstIndex(notBelow: rows.lowerBound)
    return first < batch.byToken.count && batch.ids[batch.byToken[first]] < rows.upperBound
  }

  /// Takes what the texts need out of some rows of the word table.
  ///
  /// - Parameter values: rows x hidden, row-major.
  public func takeWords(rows: Range<Int>, _ values: UnsafeBufferPointer<Float>) throws(ReferenceError) {
    let channels = configuration.hiddenSize
    try require(values, rows.count * channels, "word embeddings")
    var index = firstIndex(notBelow: rows.lowerBound)
    while index < batch.byToken.count {
      let token = batch.byToken[index]
      let row = Int(batch.ids[token]) - rows.lowerBound
      if row >= rows.count { break }
      let start = token * Tile.stride(channels)
      for channel in 0..<channels { hiddenValues[start + channel] = values[row * channels + channel] }
      index += 1
    }
  }

  /// Adds positions and token type to the words that were taken, and applies the LayerNorm.
  ///
  /// - Parameters:
  ///   - positions: the whole position table, [positions, hidden].
  ///   - tokenType: row 0 of the token types, [hidden].
  ///   - gamma: [hidden], as `beta`.
  public func finishEmbeddings(
    positions: UnsafeBufferPointer<Float>, tokenType: UnsafeBufferPointer<Float>,
    gamma: UnsafeBufferPointer<Float>, beta: UnsafeBufferPointer<Float>
  ) throws(ReferenceError) {
    let channels = configuration.hiddenSize
    try require(positions, configuration.positions * channels, "position embeddings")
    try require(tokenType, channels, "token type embeddings")
    try require(gamma, channels, "embedding LayerNorm gamma")
    try require(beta, channels, "embedding LayerNorm beta")
    for token in batch.ids.indices {
      let start = token * Tile.stride(channels)
      let position = batch.positions[token] * channels
      for channel in 0..<channels {
        hiddenValues[start + channel] =
          hiddenValues[start + channel] + tokenType[channel] + positions[position + channel]
      }
    }
    normalize(rows: 0..<batch.ids.count, gamma, beta)
  }

  /// LayerNorm of hidden states in place, on all threads.
  func normalize(rows: Range<Int>, _ gamma: UnsafeBufferPointer<Float>, _ beta: UnsafeBufferPointer<Float>) {
    let stride = Tile.stride(configuration.hiddenSize)
    let padding = [Float](repeating: 0, count: stride - configuration.hiddenSize)
    guard let hidden = hiddenValues.baseAddress else { return }
    // Both padded with zeros, as the kernel requires.
    (Array(gamma) + padding).withUnsafeBufferPointer { gamma in
      (Array(beta) + padding).withUnsafeBufferPointer { beta in
        guard let gamma = gamma.baseAddress, let beta = beta.baseAddress else { return }
        forRows(rows) { rows in
          let values = hidden + rows.lowerBound * stride
          kernels.layerNormRows(
            LayerNormRows(
              input: values, output: values, stride: stride, rows: rows.count,
              count: configuration.hiddenSize, gamma: gamma, beta: beta,
              epsilon: configuration.layerNormEpsilon))
        }
      }
    }
  }

  /// Runs `body` on pieces of `rows` on all threads.
  func forRows(_ rows: Range<Int>, _ body: (Range<Int>) -> Void) {
    let piece = 16
    pool.run(count: (rows.count + piece - 1) / piece) { index, _ in
      let first = rows.lowerBound + index * piece
      body(first..<min(first + piece, rows.upperBound))
    }
  }

  /// Index into `byToken` of the first token whose id is at least `token`.
  private func firstIndex(notBelow token: Int) -> Int {
    var low = 0
    var high = batch.byToken.count
    while low < high {
      let middle = (low + high) / 2
      if batch.ids[batch.byToken[middle]] < token { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func require(
    _ values: UnsafeBufferPointer<Float>, _ count: Int, _ weight: String
  ) throws(ReferenceError) {
    if values.count != count { throw .wrongSize(weight: weight, expected: count, found: values.count) }
  }
}
