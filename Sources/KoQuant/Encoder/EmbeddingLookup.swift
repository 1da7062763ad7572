import Kernels

/// Token ids to the first hidden states: `LayerNorm(word[id] + position[p])`.
///
/// Products and sums are rounded separately, on every CPU alike: a word's channel is `Float(int8) * scale`.
struct EmbeddingLookup {
  let kernels: KernelTable
  let configuration: ModelConfiguration
  let weights: EmbeddingWeights

  /// Writes the hidden states of `tokens` at `positions`, rows of `Tile.stride(hiddenSize)`.
  ///
  /// Every id is below the vocabulary size and every position below the table's rows: see `assignPositions`.
  func run(
    tokens: UnsafePointer<UInt32>, positions: UnsafePointer<UInt32>, count: Int,
    into hidden: UnsafeMutablePointer<Float>
  ) {
    let stride = Tile.stride(configuration.hiddenSize)
    for row in 0..<count {
      let word = UnsafeRawPointer(weights.words + Int(tokens[row]) * stride)
      let scale = SIMD16<Float>(repeating: weights.wordScales[Int(tokens[row])])
      let position = UnsafeRawPointer(weights.positions + Int(positions[row]) * stride)
      let target = UnsafeMutableRawPointer(hidden + row * stride)
      for channel in Swift.stride(from: 0, to: stride, by: Tile.lanes) {
        let values = word.loadUnaligned(fromByteOffset: channel, as: SIMD16<Int8>.self)
        let offset = channel * MemoryLayout<Float>.stride
        let added = position.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        target.storeBytes(
          of: SIMD16<Float>(values) * scale + added, toByteOffset: offset, as: SIMD16<Float>.self)
      }
    }
    kernels.layerNormRows(
      LayerNormRows(
        input: hidden, output: hidden, stride: stride, rows: count, count: configuration.hiddenSize,
        gamma: weights.norm.gamma, beta: weights.norm.beta, epsilon: configuration.layerNormEpsilon))
  }
}

extension ModelConfiguration {
  /// Positions of one sequence's tokens, as Hugging Face derives them.
  ///
  /// A RoBERTa model counts from `paddingToken + 1` and skips padding tokens, so that a "[PAD]" written in a
  /// text has position `paddingToken` and does not advance the count.
  package func assignPositions(
    _ tokens: UnsafeBufferPointer<UInt32>, into positions: UnsafeMutablePointer<UInt32>
  ) {
    var next = UInt32(firstPosition)
    for (index, token) in tokens.enumerated() {
      if architecture == .roberta && token == paddingToken {
        positions[index] = paddingToken
      } else {
        positions[index] = next
        next += 1
      }
    }
  }
}
